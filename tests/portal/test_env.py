from portal import env


def test_a_fresh_clone_needs_no_folder_made_by_hand_for_its_database(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    described = env.database("DATABASE_URL", tmp_path / "var" / "portal.sqlite3")

    assert described["NAME"].parent.is_dir()


def test_a_database_server_needs_no_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://ai:m%40t@may/kho")

    described = env.database("DATABASE_URL", tmp_path / "var" / "portal.sqlite3")

    assert (described["USER"], described["PASSWORD"], described["NAME"]) == ("ai", "m@t", "kho")
    assert not (tmp_path / "var").exists()
