/* CDAP — administration: improvements only. */
(() => {
  "use strict";
  /* Tick every line of the page. */
  for (const case_ of document.querySelectorAll("[data-tout-choisir]")) {
    case_.hidden = false;
    case_.addEventListener("change", () => {
      for (const ligne of case_.closest("table").querySelectorAll("[name=_selected_action]")) ligne.checked = case_.checked;
    });
  }

  /* Propose rows as one types; the last question asked is the one that is answered. */
  for (const champ of document.querySelectorAll("[data-recherche]")) {
    let attente = 0, question = null;
    const proposer = async () => {
      question?.abort();
      question = new AbortController();
      try {
        const reponse = await fetch(`${champ.dataset.recherche}&term=${encodeURIComponent(champ.value)}`, { signal: question.signal });
        const { results } = await reponse.json();
        champ.list.replaceChildren(...results.map(({ id, text }) => new Option("", `${text} [${id}]`)));
      } catch {
        /* Another question has been asked, or the network has failed: what is typed stays. */
      }
    };
    champ.addEventListener("input", () => {
      clearTimeout(attente);
      attente = setTimeout(proposer, 200);
    });
  }
})();
