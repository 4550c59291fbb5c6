"""The audit log of one organisation."""

from api.db.repo import Repo
from api.v1.audit.model import AuditRow


class AuditLogs(Repo[AuditRow]):
    row = AuditRow
    noun = "audit log"
