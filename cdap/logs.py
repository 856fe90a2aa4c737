"""Technical logs: one JSON object a line, no personal data (design §4.4)."""

import structlog


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """Format every record of the standard library as one JSON line, UTC, control characters escaped."""

    def __init__(self) -> None:
        super().__init__(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
