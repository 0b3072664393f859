"""The reviewer's keys: the root, the signed list, each period's secret under the passphrase, revocations."""
