from .conftest import address
def test_it(draft, clerk, as_user):
    r = as_user(clerk).get(address("edit", draft.pk))
    open("/tmp/w/var-e/screen.html","wb").write(r.content)
    assert r.status_code == 200
    r = as_user(clerk).get(address("list"))
    open("/tmp/w/var-e/list.html","wb").write(r.content)
    assert r.status_code == 200
