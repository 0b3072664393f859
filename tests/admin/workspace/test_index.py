"""The sealed index: what came is found by its words, and what a rotation destroyed is not."""

from tests.admin.stage import PASSPHRASE, Reviewer, Server, text_item


def test_what_came_is_found_by_its_words(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen()
    server.write(server.drop(reviewer.recipients(), text_item("Una cámara en el dormitorio.")))
    reviewer.run("import", server.stick, "--server", server.public)
    done = reviewer.run("search", "camara", passphrase=PASSPHRASE)
    print(done)
    assert done.status == 0
    assert "Una cámara" in done.out
    for w in (
        ["list", "--new"],
        ["tag", "x", server.last_id[:8]],
        ["list", "--tag", "x"],
        ["about", server.last_id],
        ["search", "-h"],
        ["work"],
    ):
        print(w)
        try:
            d = reviewer.run(*w, passphrase=PASSPHRASE)
            print(d.out, d.err)
        except SystemExit as e:
            print("exit", e)
    assert 0
