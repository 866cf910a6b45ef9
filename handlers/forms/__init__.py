"""The modals that can be submitted."""

from handlers.form import Form
from handlers.forms.denial_of_rotation import DENIAL_OF_ROTATION

FORMS: tuple[Form, ...] = (DENIAL_OF_ROTATION,)
