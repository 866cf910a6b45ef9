from typing import Any

OPS = "C0OPS00000"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


CONFIRM = {"title": plain("Share?"), "text": plain("Everybody will see it."), "confirm": plain("Share"), "deny": plain("No")}
BUTTONS: list[dict[str, Any]] = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": plain("Share"), "action_id": "share", "value": "status", "confirm": CONFIRM},
            {"type": "overflow", "action_id": "more", "options": [{"text": plain("Snooze"), "value": "snooze"}]},
        ],
    }
]
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "why",
    "title": plain("Accept"),
    "submit": plain("Go"),
    "notify_on_close": True,
    "blocks": [
        {"type": "input", "block_id": "reason", "label": plain("Why"), "element": {"type": "plain_text_input", "action_id": "text"}}
    ],
}
FILLED: dict[str, Any] = {"reason": {"text": {"type": "plain_text_input", "value": "because"}}}
