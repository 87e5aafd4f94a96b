from django.apps import AppConfig


class AssistantConfig(AppConfig):
    name = "assistant"
    verbose_name = "Asystent"

    def ready(self) -> None:
        from assistant.providers import council_server, earlier_council_server  # models exist only from here on
        from transcripts.chosen_servers import ask_for_choices, ask_for_earlier

        ask_for_choices(council_server)
        ask_for_earlier(earlier_council_server)
