"""All tables of an app made in one go.

Django draws the models of every app anew for each operation of a migration that touches them: with eighty tables that
link to one another, a new database took twenty seconds, three of them the database's own. Here the models are drawn
once, when every table is described.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel
from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.state import ProjectState


class TablesAtOnce(SeparateDatabaseAndState):
    """The operations describe the tables (CreateModel, AddField, AddIndex, AddConstraint); the database gets each table
    as it stands after the last of them, with its keys, indexes and constraints. Only for the first migration of an app:
    a later one changes tables that hold rows, and says so step by step."""

    def __init__(self, operations) -> None:
        super().__init__(state_operations=operations)

    def deconstruct(self):
        return (self.__class__.__qualname__, [self.state_operations], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # drawn again when it is asked for
        super().state_forwards(app_label, state)

    def _models(self, app_label: str, state: ProjectState) -> list:
        names = [found.name for found in self.state_operations if isinstance(found, CreateModel)]
        return [state.apps.get_model(app_label, name) for name in names]

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for model in self._models(app_label, to_state):
            schema_editor.create_model(model)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for model in reversed(self._models(app_label, from_state)):
            schema_editor.delete_model(model)

    def describe(self) -> str:
        return "Make every table of the app"
