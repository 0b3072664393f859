"""A drop read to its end: what the reviewer sees, and what a hostile source or server cannot do to it."""

from tests.admin.stage import Reviewer, Server, file_item, text_item


def test_the_main_job(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen()
    recipients = reviewer.recipients()
    server.write(
        server.drop(
            recipients,
            text_item("Nos vigilan.\nEn casa."),
            file_item(b"jpeg", removed=["place", "device"]),
            file_item(b"%PDF", "application/pdf", cleaned=False, extension="pdf"),
        )
    )
    done = reviewer.run("import", server.stick, "--server", server.public)
    assert (done.status, done.err) == (0, "")
    shown = reviewer.show(server.last_id)
    print(done.out, shown.out, shown.err)
    assert shown.status == 0
    assert "| Nos vigilan.\n| En casa.\n" in shown.out
    assert "UNCLEANED" in shown.out
    assert "the place it was taken" in shown.out
