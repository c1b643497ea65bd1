"""JupyterHub on one machine with Docker: each learner in a container of their own.

Copy this file, change what is in CAPITALS, and run: jupyterhub --config jupyterhub_config.py
In addition to JupyterHub, this needs dockerspawner, jupyterhub-idle-culler, and the image built
from the Dockerfile in this folder. HUB.md lists the measurements, and what we could not test.
"""

import os
import sys
from pathlib import Path
from typing import Any

HOMES = Path("/srv/homes")
JOVYAN = (1000, 100)  # the user and group that the image's servers run as

c = get_config()  # type: ignore[name-defined] # noqa: F821

# Who may log in, and how. The hub serves HTTP: put a web server with TLS in front of it.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.authenticator_class = "YOUR_AUTHENTICATOR"
c.Authenticator.allowed_users = {"LEARNER_1", "LEARNER_2", "INSTRUCTOR"}

# The instructor sees who is logged in, and starts and stops servers, but cannot open them. Admins
# of JupyterHub can; the scope `access:servers` would add that right here.
c.JupyterHub.load_roles = [
    {
        "name": "lessons-instructor",
        "scopes": ["admin-ui", "list:users", "read:users", "servers"],
        "users": ["INSTRUCTOR"],
    },
    {
        "name": "lessons-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["lessons-culler"],
    },
]

# Each learner gets a container, so that one learner's notebook cannot read another's files.
c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.DockerSpawner.image = "REGISTRY/lessons:1"
c.DockerSpawner.remove = True
# Homes in a folder of this machine, so that `lessons collect /srv/homes` finds them.
c.DockerSpawner.volumes = {f"{HOMES}/{{username}}": "/home/jovyan"}


def make_home(spawner: Any) -> None:
    """Create a home owned by its learner; Docker would create one owned by root."""
    home = HOMES / spawner.template_namespace()["username"]
    if not home.exists():
        home.mkdir(mode=0o700)
        os.chown(home, *JOVYAN)


c.Spawner.pre_spawn_hook = make_home
c.DockerSpawner.network_name = "lessons"
c.JupyterHub.hub_ip = "0.0.0.0"  # containers reach the hub over the bridge; firewall it outside

# The same limits as in values.yaml, based on the same measurements.
c.Spawner.mem_limit = "1G"
c.Spawner.cpu_limit = 1
# A class logs in all at once. Above this limit JupyterHub rejects learners: it does not queue them.
c.JupyterHub.concurrent_spawn_limit = 100
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300

# Copy the course from the image into the home, or update it; files that a learner changed are kept.
c.Spawner.default_url = "/lab/tree/lessons-course/notebooks/00_start_here.ipynb"
c.DockerSpawner.post_start_cmd = "lessons hub copy /home/jovyan/lessons-course"
# If you use `lessons hub link` instead, delete the line above.

# Stop idle servers after an hour. No answers are lost, because each is saved immediately.
c.JupyterHub.services = [
    {
        "name": "lessons-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    }
]
