/* CDAP — improvements only: every page works without this file. Its words are in the templates. */
(() => {
  "use strict";
  const tout = (selecteur) => [...document.querySelectorAll(selecteur)];
  const { sessionFin, sessionAbsolue, sessionProlonger, sessionExpiree, sessionFermee } = document.body.dataset;
  const canal = "BroadcastChannel" in window ? new BroadcastChannel("cdap-session") : null;
  const AVERTIR = 120000, MINUTE = 60000;

  /* A page that comes back from the browser's memory asks the server again: the session may be closed. */
  addEventListener("pageshow", (evenement) => {
    if (!evenement.persisted) return;
    document.documentElement.hidden = true;
    location.reload();
  });

  /* The session: a warning two minutes before its end; at its end the page is replaced, so that no dossier stays in it. */
  if (sessionFin) {
    const absolue = Date.now() + sessionAbsolue * 1000;
    let fin = Math.min(Date.now() + sessionFin * 1000, absolue);
    let averti = false, minutes = 0, avant = null;
    const dialogue = () => document.getElementById(fin < absolue ? "session" : "session-absolue");
    const ouvert = () => document.querySelector("dialog[open]");

    const partir = (adresse) => {
      document.body.replaceChildren();
      location.replace(adresse);
    };
    const fermer = () => {
      ouvert()?.close();
      avant?.focus();
      avant = null;
    };
    const repousser = (nouvelle) => {
      if (nouvelle <= fin) return;
      fin = Math.min(nouvelle, absolue);
      averti = false;
      fermer();
    };
    const dire = (boite) => {
      const reste = Math.max(1, Math.ceil((fin - Date.now()) / MINUTE));
      if (reste === minutes) return;
      minutes = reste;
      const decompte = boite.querySelector("[data-decompte]");
      decompte.textContent = reste === 1 ? decompte.dataset.minute : decompte.dataset.minutes.replace("#", reste);
    };
    const veiller = () => {
      const reste = fin - Date.now();
      if (reste <= 0) partir(sessionExpiree);
      if (reste <= 0 || reste > AVERTIR) return;
      if (!averti) {
        averti = true;
        minutes = 0;
        avant = document.activeElement;
        dialogue().showModal();
      }
      if (ouvert()) dire(ouvert());
    };
    const prolonger = async () => {
      const formulaire = document.querySelector("#session form");
      try {
        const reponse = await fetch(sessionProlonger, { method: "POST", body: new FormData(formulaire), credentials: "same-origin" });
        if (reponse.redirected || reponse.status === 403) return partir(sessionExpiree);
        if (!reponse.ok) throw new Error(reponse.status);
        repousser(Date.now() + (Number(reponse.headers.get("X-Secondes")) || Number(sessionFin)) * 1000);
        canal?.postMessage({ fin });
      } catch {
        const decompte = document.querySelector("#session [data-decompte]");
        decompte.textContent = decompte.dataset.panne;
      }
    };

    /* One key is enough: Enter or Space on the button, or Escape. */
    document.querySelector("#session form").addEventListener("submit", (evenement) => {
      evenement.preventDefault();
      prolonger();
    });
    document.getElementById("session").addEventListener("cancel", (evenement) => {
      evenement.preventDefault();
      prolonger();
    });
    document.getElementById("session-absolue").addEventListener("close", () => {
      avant?.focus();
    });

    /* The tabs of one session agree: a page opened in one keeps the others open, a sign-out closes them. */
    canal?.postMessage({ fin });
    canal?.addEventListener("message", ({ data }) => {
      if (data.fermee) partir(sessionFermee);
      else repousser(data.fin);
    });
    setInterval(veiller, 1000);
    document.addEventListener("visibilitychange", veiller);
    veiller();
  } else if (document.querySelector("[data-fermeture]")) canal?.postMessage({ fermee: true });

  /* The error summary, or the answer to a request, is where one starts to read. */
  document.querySelector("[data-focus]")?.focus();

  /* A password can be shown; it is hidden again before it leaves. */
  for (const bouton of tout("[data-voir]")) {
    const champ = document.getElementById(bouton.dataset.voir);
    const montrer = (visible) => {
      champ.type = visible ? "text" : "password";
      bouton.setAttribute("aria-pressed", visible);
    };
    bouton.hidden = false;
    bouton.addEventListener("click", () => montrer(champ.type === "password"));
    champ.form?.addEventListener("submit", () => montrer(false));
  }

  for (const bouton of tout("[data-copier]")) {
    const source = document.getElementById(bouton.dataset.copier);
    const etat = bouton.nextElementSibling;
    bouton.hidden = false;
    bouton.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
        etat.textContent = bouton.dataset.copie;
      } catch {
        getSelection().selectAllChildren(source);
        etat.textContent = bouton.dataset.aCopier;
      }
    });
  }

  /* What is being prepared: look for two minutes, and show the page when it says something else. */
  if (document.querySelector("[data-attente]")) {
    let regards = 0;
    const regarder = async () => {
      try {
        const reponse = await fetch(location.href, { credentials: "same-origin" });
        if (reponse.redirected || !(await reponse.text()).includes("data-attente")) return location.reload();
      } catch { /* the network is away: the link is there */ }
      if (++regards < 40) setTimeout(regarder, 3000);
    };
    setTimeout(regarder, 1500);
  }

  for (const bouton of tout("[data-imprimer]")) {
    bouton.hidden = false;
    bouton.addEventListener("click", () => print());
  }
})();
