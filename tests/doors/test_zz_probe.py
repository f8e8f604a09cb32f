import json, time
import pytest
from tests.doors.conftest import ACTORS
from tests.doors.walk import addresses, knock
@pytest.mark.parametrize("actor", ACTORS)
def test_probe(actor, samples, request):
    from django.test import Client
    client = Client(raise_request_exception=False)
    if actor != "anonymous": client.force_login(request.getfixturevalue(actor))
    out = {}
    t=time.time()
    for a in addresses():
        try: path = a.path(samples)
        except Exception as e:
            out[a.key] = ("?", repr(e)[:100]); continue
        r = []
        for m in ("GET", "POST"):
            o, resp = knock(client, m, path)
            r.append(o.value + (" %s" % resp.status_code) + ("->"+resp["Location"] if resp.has_header("Location") else ""))
        out[a.key] = (path, *r)
    print(actor, time.time()-t)
    json.dump(out, open(f"/tmp/w/probe-{actor}.json","w"), ensure_ascii=False, indent=0)
