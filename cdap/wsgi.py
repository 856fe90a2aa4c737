"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdap.settings")
application = get_wsgi_application()

# What is loaded now lives as long as the process: the collector need not look at it again at each page, nor run several times a page.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 10, 10)
