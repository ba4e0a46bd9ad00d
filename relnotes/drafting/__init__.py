"""Have a language model draft words from the facts of a release, and check every sentence.

Facts → pieces → asking → checking → input files that a person edits and approves. Off unless
asked for: only `relnotes draft` comes here, and only `client` opens a connection.
"""
