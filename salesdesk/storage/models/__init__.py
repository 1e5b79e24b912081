"""The tables. One module a subject; import the classes from here.

Table classes do not validate (SQLModel builds them unchecked): values are checked where they come in, and the
constraints here make the database refuse what must never be.
"""

from salesdesk.storage.models.base import LAST_ID, MAX_NAME, UtcDateTime, key_of, metadata
from salesdesk.storage.models.clients import Area, Client, Import, Phone, Suppression
from salesdesk.storage.models.people import BreakTime, Shift, User, UserPool
from salesdesk.storage.models.records import Audit, Outbox, RuleVersion, Setting
from salesdesk.storage.models.work import Attempt, Claim, Deal, Task, Undo

__all__ = [
    "LAST_ID",
    "MAX_NAME",
    "Area",
    "Attempt",
    "Audit",
    "BreakTime",
    "Claim",
    "Client",
    "Deal",
    "Import",
    "Outbox",
    "Phone",
    "RuleVersion",
    "Setting",
    "Shift",
    "Suppression",
    "Task",
    "Undo",
    "User",
    "UserPool",
    "UtcDateTime",
    "key_of",
    "metadata",
]
