"""The engine over HTTP, as clients of OpenAI's audio API expect it. Needs no database."""
