"""The settings of a worker under test, in a process of its own: those of the tests, with the mails that only the tests know."""

from cdap.settings import *  # noqa: F403
from cdap.settings import PROCRASTINATE_IMPORT_PATHS

PROCRASTINATE_IMPORT_PATHS = [*PROCRASTINATE_IMPORT_PATHS, "tests.envois.courriels"]
# A worker under test catches up no night: it would review every organisation that the other tests made.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 0}
