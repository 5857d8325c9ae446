// Runs on the page that follows signing out: on a shared computer, the texts that were
// not saved are for nobody else (editor.js keeps them). The mark is of the button; an
// address that is opened again, or linked to, takes nothing away.

if (/(^|; )vigie-left=1/.test(document.cookie)) {
  document.cookie = "vigie-left=; Path=/; Max-Age=0; SameSite=Strict";
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("vigie-draft-")) localStorage.removeItem(key);
    }
  } catch { /* storage is shut: nothing is kept */ }
}
