"""SQL for tools."""

from api.v1.assistants.stored import StoredParts
from api.v1.tools.model import ToolRow


class Tools(StoredParts[ToolRow]):
    """The tools of one organisation."""

    row = ToolRow
    noun = "tool"
    uses = (".model.toolIds[*]", ".model.toolRefs[*].toolId", ".hooks[*].do[*].toolId")
