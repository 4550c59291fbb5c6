"""`/invitation`: where an invited person chooses a name and a password. One page, no portal needed."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

router = APIRouter()

_PAGE = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><title>Yingda 应答</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 22rem; margin: 15vh auto; padding: 0 1rem }
label, button { display: block; width: 100%; margin-top: 1rem } input { width: 100%; font: inherit }
</style>
<h1>加入 Yingda 应答 · Join</h1>
<form>
<label>姓名 · Name <input name="name" required maxlength="80" autocomplete="name"></label>
<label>密码 · Password <input name="password" type="password" required minlength="8" maxlength="200"
 autocomplete="new-password"></label>
<button>加入 · Join</button><p role="status"></p>
</form>
<script>
const form = document.forms[0], said = document.querySelector("[role=status]");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const wish = { token: location.hash.slice(1), ...Object.fromEntries(new FormData(form)) };
  const headers = { "Content-Type": "application/json" }, body = JSON.stringify(wish);
  const answer = await fetch("v1/invitations/accept", { method: "POST", headers, body });
  const told = await answer.json();
  said.textContent = answer.ok ? "已加入，请登录。 You are in: log in now." : [told.message].flat().join(" ");
});
</script></html>
"""


@router.get("/invitation", include_in_schema=False)
async def page() -> HTMLResponse:
    return HTMLResponse(_PAGE, headers={"Cache-Control": "no-store"})
