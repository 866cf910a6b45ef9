"""A page that looks and behaves like a small Slack, over the emulator and on its server, for people who try the bot.

`add_routes` puts it there; `Stage` is what stands behind it when there is a cluster to play with. The page itself is
plain HTML, CSS and JavaScript in `static`, without a build step, and draws text as text only.

    GET  /                  the page
    GET  /page/events       server-sent events: something changed
    GET  /page/screen       what one person sees (`screen`)
    GET  /page/setup       commands of the manifest, and whether there is a stage
    GET  /page/journal      what happened between Slack and the bot (`log`)
    GET  /page/files/{id}   a file that was shared, for a preview
    POST /page/type         press Enter in a message box (`keyboard`)
    POST /control/...       everything else that people do, as tests do it
    GET  /stage/state, POST /stage/play, /stage/do, /stage/advance
"""

from playground.page.routes import add_routes, page_of
from playground.page.stage import Deed, Scenario, Stage, StageState, TimeStep, TourStop

__all__ = ["Deed", "Scenario", "Stage", "StageState", "TimeStep", "TourStop", "add_routes", "page_of"]
