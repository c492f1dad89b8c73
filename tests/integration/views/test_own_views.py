"""Views of users' files on the deployed stack: made for every bucket, made anew, removed, and refused one by one."""

from __future__ import annotations

import pytest

from local.server import ROOT
from local.waiting import until
from tests.integration.views.own_views import OwnViews
from tests.laptop import Entry, Laptop, Pushed

NAMES = "SELECT {bucket} AS bucket, name FROM {packages_view} WHERE \"timestamp\" = 'latest'"


def test_a_file_becomes_a_view_of_every_bucket_and_goes_with_it(laptop: Laptop, own_views: OwnViews) -> None:
    buckets = [laptop.make_bucket() for _ in range(2)]
    prefixes = [laptop.onboard(bucket) for bucket in buckets]
    laptop.push(buckets[0], Pushed("lab/cells", {"a.txt": Entry()}))
    own_views.put("names", NAMES)
    result = own_views.make()
    assert result["Failed"] == {"Count": 0, "Views": []}
    made = {one["View"] for one in result["Made"]["Views"]}
    assert made >= {f"{prefix}_quilt_names" for prefix in prefixes}
    assert laptop.rows(f"SELECT * FROM {prefixes[0]}_quilt_names") == [[buckets[0], "cells"]]
    again = own_views.make()
    assert (again["Made"]["Count"], again["Unchanged"]) == (0, result["Made"]["Count"])
    own_views.delete("names")
    assert set(own_views.make()["Removed"]["Views"]) >= made
    assert [own_views.standing(prefix) for prefix in prefixes] == [set(), set()]
