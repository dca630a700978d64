"""Offices and users as their lists show them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from civaffairs.registry.models import Level, Office, Posting, User


def offices_of(posting: Posting, query: Mapping[str, Any], on: date) -> QuerySet:
    """Offices of the area in the order of their codes, each with the number of people posted there today."""
    in_force = Q(postings__from_day__lte=on) & (Q(postings__until_day=None) | Q(postings__until_day__gt=on))
    offices = (
        Office.objects.visible_to(posting)
        .select_related("parent")
        .annotate(staff=Count("postings", filter=in_force))
    )
    if township := query.get("township"):
        offices = offices.filter(Q(pk=township) | Q(parent_id=township))
    else:
        offices = offices.exclude(level=Level.VILLAGE)
    return offices


def users_of(posting: Posting, query: Mapping[str, Any], on: date) -> QuerySet:
    """Users with their posts of today. Administrators of the county see everybody who logs in."""
    users = User.objects.prefetch_related(
        Prefetch("postings", Posting.objects.in_force(on).select_related("office"), to_attr="posts")
    )
    if text := query.get("q"):
        users = users.filter(Q(name__icontains=text) | Q(username__icontains=text))
    posted = Posting.objects.in_force(on).filter(user=OuterRef("pk"))
    if role := query.get("role"):
        users = users.filter(Exists(posted.filter(role=role)))
    if office := query.get("office"):
        users = users.filter(Exists(posted.filter(office_id=office)))
    match query.get("state"):
        case "active":
            users = users.filter(is_active=True)
        case "inactive":
            users = users.filter(is_active=False)
        case "none":
            users = users.filter(~Exists(posted))
    return users
