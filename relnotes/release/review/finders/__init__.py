"""What stands between a release and its users, one module a part of its record. Pure.

Every finder yields obstacles, before settings and waivers have their say.
"""
