"""What happens to a complaint. docs/house.md lists the names; clause files refer to them."""

from bihuan.complaints.events.changes import *  # noqa: F403
from bihuan.complaints.events.intake import *  # noqa: F403
from bihuan.complaints.events.investigation import *  # noqa: F403
from bihuan.complaints.events.partner import *  # noqa: F403
from bihuan.complaints.events.settlement import *  # noqa: F403
