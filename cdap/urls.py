"""The addresses of the portal."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from audit.controle.chiffres import views as chiffres
from cdap import compte, demandes, documents_publics, premiere_connexion, recuperation, vues
from cdap.sante import sante

urlpatterns = [
    path("", vues.accueil, name="accueil"),
    path("connexion/", vues.se_connecter, name="connexion"),
    path("connexion/code/", vues.saisir_code, name="code"),
    path("connexion/mot-de-passe/", premiere_connexion.choisir_mot_de_passe, name="mot_de_passe"),
    path("connexion/charte/", premiere_connexion.accepter_charte, name="charte"),
    path("connexion/application/", premiere_connexion.enroler, name="enrolement"),
    path("connexion/mot-de-passe-oublie/", recuperation.mot_de_passe_oublie, name="mot_de_passe_oublie"),
    path("connexion/identifiant-perdu/", recuperation.identifiant_perdu, name="identifiant_perdu"),
    path("connexion/message-envoye/", recuperation.envoyee, name="recuperation_envoyee"),
    path("connexion/nouveau-mot-de-passe/<str:jeton>/", recuperation.nouveau_mot_de_passe, name="mot_de_passe_nouveau"),
    path("mon-compte/", compte.mon_compte, name="mon_compte"),
    path("mon-compte/confirmer/<slug:acte>/", compte.confirmer, name="compte_confirmer"),
    path("mon-compte/mot-de-passe/", compte.mot_de_passe, name="compte_mot_de_passe"),
    path("mon-compte/application/", compte.application, name="compte_application"),
    path("mon-compte/codes-de-secours/", compte.codes_de_secours, name="compte_codes"),
    path("mon-compte/fermer-les-sessions/", compte.fermer_les_sessions, name="compte_fermer"),
    path("deconnexion/", vues.se_deconnecter, name="deconnexion"),
    path("session/prolonger/", vues.prolonger, name="session_prolonger"),
    path("session/pas-moi/", vues.pas_moi, name="pas_moi"),
    path("", include("allocataires.urls")),
    path("", include("habilitations.urls")),
    path("", include("audit.controle.alertes.urls")),
    path("", include("audit.controle.sondages.urls")),
    path("", include("audit.controle.campagnes.urls")),
    path("conventions/demande/", demandes.deposer, name="demande"),
    path("conventions/demande/envoyee/", demandes.envoyee, name="demande_envoyee"),
    path("conventions/demande/confirmer/<str:jeton>/", demandes.confirmer, name="demande_confirmer"),
    path("conventions/suivi/<uuid:reference>/", demandes.suivre, name="demande_suivi"),
    path("mentions-legales/", vues.mentions_legales, name="mentions_legales"),
    path("accessibilite/", vues.accessibilite, name="accessibilite"),
    path("information-allocataires/", vues.information_allocataires, name="information_allocataires"),
    path("journal-et-confidentialite/", vues.journal_confidentialite, name="journal_confidentialite"),
    path("transparence/", chiffres.transparence, name="transparence"),
    path("qui-voit-quoi/", vues.qui_voit_quoi, name="qui_voit_quoi"),
    path("aide/", include("cdap.aide.urls")),
    path("contacts/", vues.contacts, name="contacts"),
    path("conventions/documents/", documents_publics.documents, name="documents"),
    path("conventions/documents/<slug:genre>/", documents_publics.document_vierge, name="document_vierge"),
    path("conventions/suivi/<uuid:reference>/documents/", documents_publics.suivi_documents, name="suivi_documents"),
    path("conventions/suivi/<uuid:reference>/documents/<int:document>/", documents_publics.suivi_document, name="suivi_document"),
    path("sante/", sante, name="sante"),
]
if "controle" in settings.DATABASES:
    urlpatterns.append(path("controle/dpo/", include("cdap.dpo.urls")))
    urlpatterns.append(path("controle/", include("audit.controle.urls")))
if "caf" in settings.DATABASES:  # a machine that lacks the address of cdap_caf serves the partners only
    urlpatterns.append(path("admin/", admin.site.urls))
