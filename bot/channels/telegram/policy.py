"""What is done with each kind of update and each field of a message: the table by which `inbound` reads.

The fields are those of Bot API 10.3 (https://core.telegram.org/bots/api); docs/telegram.md goes on with the
types below them, and a test holds both to the description of the API. What is newer than the table is told
to the person as unknown, where it came alone.
"""

from enum import StrEnum


class Policy(StrEnum):
    """What becomes of a field; see docs/telegram.md."""

    USE = "use in memory only"
    SEAL = "accept and seal"
    REFUSE = "refuse and explain"
    DROP = "drop"
    IGNORE = "ignore"


def _rows(policy: Policy, names: str) -> dict[str, Policy]:
    return dict.fromkeys(names.split(), policy)


UPDATES: dict[str, Policy] = {
    **_rows(Policy.SEAL, "message edited_message"),
    **_rows(Policy.USE, "update_id callback_query my_chat_member channel_post edited_channel_post"),
    **_rows(
        Policy.IGNORE,
        """
        business_connection business_message edited_business_message deleted_business_messages guest_message
        message_reaction message_reaction_count inline_query chosen_inline_result shipping_query
        pre_checkout_query purchased_paid_media poll poll_answer chat_member chat_join_request chat_boost
        removed_chat_boost managed_bot subscription stopped_message_generation
        """,
    ),
}
"""Of channels we see only that we are in one, and leave. What is ignored is not even asked for."""

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

FILES = ("animation", "document", "voice", "audio", "video", "video_note")
"""Fields that hold one file. `animation` is first: its message also fills `document`, for older bots."""

REFUSED = {
    "contact": "contact",
    "venue": "location",
    "location": "location",
    "poll": "poll",
    "sticker": "sticker",
    "gift": "gift",
    "unique_gift": "gift",
    "dice": "unknown",
    "game": "unknown",
    "story": "unknown",
    "paid_media": "unknown",
    "giveaway": "unknown",
    "giveaway_winners": "unknown",
    "invoice": "unknown",
    "passport_data": "unknown",
    "web_app_data": "unknown",
}
"""What is never taken, and the kind under which the person is told why."""

KINDS = frozenset({*REFUSED.values(), "damaged", "empty", "reply"})
"""All kinds under which something is not taken; each has a sentence in the catalogues."""

SERVICE = frozenset(
    """
    new_chat_members left_chat_member chat_owner_left chat_owner_changed new_chat_title new_chat_photo
    delete_chat_photo group_chat_created supergroup_chat_created channel_chat_created
    message_auto_delete_timer_changed migrate_to_chat_id migrate_from_chat_id pinned_message
    successful_payment refunded_payment users_shared chat_shared gift_upgrade_sent
    connected_website write_access_allowed proximity_alert_triggered boost_added chat_background_set
    checklist_tasks_done checklist_tasks_added direct_message_price_changed forum_topic_created
    forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden
    general_forum_topic_unhidden giveaway_created giveaway_completed managed_bot_created
    paid_message_price_changed poll_option_added poll_option_deleted suggested_post_approved
    suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded
    video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited
    community_chat_added community_chat_removed community_chat_joined
    """.split()  # noqa: SIM905 -- fifty quoted lines say no more than six plain ones
)
"""What the messenger itself says in a chat: nobody wrote it, so nobody is answered."""

MESSAGE: dict[str, Policy] = {
    **_rows(
        Policy.USE,
        """
        message_id chat from media_group_id reply_to_message business_connection_id guest_query_id
        """,
    ),
    **_rows(
        Policy.SEAL,
        """
        text entities caption caption_entities quote external_reply link_preview_options reply_markup
        rich_message checklist photo live_photo
        """,
    ),
    **dict.fromkeys(FILES, Policy.SEAL),
    **dict.fromkeys(REFUSED, Policy.REFUSE),
    **dict.fromkeys(SERVICE, Policy.IGNORE),
    **_rows(
        Policy.DROP,
        """
        message_thread_id direct_messages_topic sender_chat sender_boost_count sender_business_bot sender_tag
        forward_origin is_topic_message is_automatic_forward reply_to_story reply_to_checklist_task_id
        reply_to_poll_option_id via_bot guest_bot_caller_user guest_bot_caller_chat date edit_date
        has_protected_content is_from_offline is_paid_post author_signature paid_star_count
        suggested_post_info effect_id show_caption_above_media has_media_spoiler receiver_user
        ephemeral_message_id
        """,
    ),
}

CONTENT = frozenset(
    {"text", "caption", "rich_message", "checklist", "photo", "live_photo", *FILES, *REFUSED, *SERVICE}
)
"""The fields without which there is nothing in a message."""
