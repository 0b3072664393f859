"""The main job of Silbo on one machine, played or typed: `./deploy.sh demo`.

It drives the commands `silbo` and `silbo-admin` as their users do, and shares no code with them.
"""
