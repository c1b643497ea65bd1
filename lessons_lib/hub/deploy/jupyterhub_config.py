"""JupyterHub on one machine with Docker: each learner in a container of their own.

Copy this file, change what is in CAPITALS, and start: jupyterhub --config jupyterhub_config.py
It needs, beside JupyterHub: dockerspawner, jupyterhub-idle-culler, and the image of the Dockerfile
beside this file. HUB.md says what was measured, and what of this could not be run by its authors.
"""

import os
import sys
from pathlib import Path
from typing import Any

HOMES = Path("/srv/homes")
JOVYAN = (1000, 100)  # the user and group that the image's servers run as

c = get_config()  # type: ignore[name-defined] # noqa: F821

# Who may log in, and how. The hub speaks HTTP: put your web server with TLS before it.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.authenticator_class = "YOUR_AUTHENTICATOR"
c.Authenticator.allowed_users = {"LEARNER_1", "LEARNER_2", "INSTRUCTOR"}

# The instructor sees who is there, and starts and stops servers, but opens none. JupyterHub's own
# admins may open all; the scope `access:servers` would add that here.
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

# A container each: one learner's notebook cannot read another's files, as it could if all ran
# as one system user.
c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.DockerSpawner.image = "REGISTRY/lessons:1"
c.DockerSpawner.remove = True
# Homes in a folder of this machine, so that `lessons collect /srv/homes` finds them.
c.DockerSpawner.volumes = {f"{HOMES}/{{username}}": "/home/jovyan"}


def make_home(spawner: Any) -> None:
    """Make a home that its learner owns; Docker would make one that is root's."""
    home = HOMES / spawner.template_namespace()["username"]
    if not home.exists():
        home.mkdir(mode=0o700)
        os.chown(home, *JOVYAN)


c.Spawner.pre_spawn_hook = make_home
c.DockerSpawner.network_name = "lessons"
c.JupyterHub.hub_ip = "0.0.0.0"  # containers reach the hub over the bridge; firewall it outside

# The same limits as in values.yaml, from the same measurements.
c.Spawner.mem_limit = "1G"
c.Spawner.cpu_limit = 1
# A class comes all at once. Beyond its limit JupyterHub would turn learners away, not queue them.
c.JupyterHub.concurrent_spawn_limit = 100
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300

# The course in the home: copied from the image, or updated; what a learner changed is kept.
c.Spawner.default_url = "/lab/tree/lessons-course/notebooks/00_start_here.ipynb"
c.DockerSpawner.post_start_cmd = "lessons hub copy /home/jovyan/lessons-course"
# With `lessons hub link` instead of the copy, leave the line above out.

# Idle servers are stopped after an hour. No answer is lost: each is written as it is given.
c.JupyterHub.services = [
    {
        "name": "lessons-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    }
]
