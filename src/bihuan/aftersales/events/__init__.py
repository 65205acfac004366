"""What happens in an after-sales case: codes, numbers, ids and times; words are kept apart."""

from bihuan.aftersales.events.decision import *  # noqa: F403
from bihuan.aftersales.events.ending import *  # noqa: F403
from bihuan.aftersales.events.goods import *  # noqa: F403
from bihuan.aftersales.events.intake import *  # noqa: F403
from bihuan.aftersales.events.money import *  # noqa: F403
