"""The tasks of the queue that belong to no app. Every task may run twice: a worker that dies is followed by another."""

from datetime import timedelta

from procrastinate import BaseRetryStrategy, RetryDecision, builtin_tasks
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job

from envois import expedition

CONSERVATION = timedelta(days=7)
ATTENTE_DE_LA_BASE = timedelta(minutes=1)


class Reprise(BaseRetryStrategy):
    """Try again after the delay that the failure asks for; a failure that nobody foresaw (the database is away) never gives up."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """Return when to run the task again."""
        attente = exception.attente if isinstance(exception, expedition.AReprendre) else ATTENTE_DE_LA_BASE
        return RetryDecision(retry_in={"seconds": int(attente.total_seconds())})


@app.task(name="envois.envoyer", retry=Reprise())
def envoyer(envoi: int) -> None:
    """Send one mail."""
    expedition.envoyer(envoi)


@app.periodic(cron="40 2 * * *")  # UTC
@app.task(name="envois.oublier_les_taches_finies", pass_context=True)
async def oublier_les_taches_finies(context: JobContext, timestamp: int) -> None:
    """Delete from the queue the tasks that ended a week ago, well or badly: what they did is in the tables of the apps."""
    heures = int(CONSERVATION.total_seconds()) // 3600
    await builtin_tasks.remove_old_jobs(context, max_hours=heures, remove_failed=True, remove_cancelled=True, remove_aborted=True)
