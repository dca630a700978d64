"""All addresses of the registry: account, people, files, the house itself."""

from civaffairs.registry.urls import account, files, house, people

urlpatterns = [*account.urlpatterns, *people.urlpatterns, *files.urlpatterns, *house.urlpatterns]
