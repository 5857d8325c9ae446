// Runs on the page that follows signing out: on a shared computer, the texts that were
// not saved are for nobody else (editor.js keeps them).

try {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("vigie-draft-")) localStorage.removeItem(key);
  }
} catch { /* storage is shut: nothing is kept */ }
