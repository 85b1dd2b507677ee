//! What every backend must do, as tests that take one.
//!
//! A backend calls [`archive_conformance!`](crate::archive_conformance),
//! [`queue_conformance!`](crate::queue_conformance),
//! [`outbox_conformance!`](crate::outbox_conformance) and
//! [`search_conformance!`](crate::search_conformance) in a test module, each with a function that
//! makes an empty backend, runs a case on it and cleans up.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking"
)]

pub mod accounts;
pub mod alerts;
pub mod atlas;
pub mod concerns;
pub mod desk;
pub mod desk_book;
pub mod editions;
pub mod forecasts;
pub mod mentions;
pub mod outbox;
pub mod queue;
pub mod requests;
pub mod sample;
pub mod scores;
pub mod search;
pub mod sources;
pub mod takedown;

/// Makes a `#[test]` of every case for an archive; takes a `fn(impl FnOnce(&dyn Archive))`.
#[macro_export]
macro_rules! archive_conformance {
    ($run:path) => {
        $crate::conformance_cases! { $run, mentions:
            a_batch_comes_back_whole,
            press_reports_are_found_by_day,
            recording_again_changes_nothing,
            a_changed_ticket_keeps_its_history,
            a_late_update_is_only_history,
            a_changed_text_takes_a_new_number,
            a_refused_batch_leaves_nothing,
            days_are_vietnamese,
            replies_come_in_order,
            changes_can_be_followed,
            what_was_removed_stays_away,
            a_delivery_counts_once,
            annotations_can_be_made_again,
            readers_see_whole_batches,
        }
        $crate::conformance_cases! { $run, sources:
            addresses_are_known_once_visited,
            fetch_states_come_back,
            health_is_kept_with_its_history,
            days_of_sources_are_summed,
            sources_are_known_by_when_they_spoke,
            requests_wait_until_done,
            captures_are_forgotten_by_age,
            captures_are_listed_in_pages,
        }
        $crate::conformance_cases! { $run, desk:
            corrections_are_numbered,
            an_edit_of_something_older_is_refused,
            corrections_are_found_by_what_they_are_about,
            readings_follow_with_the_correction,
            groupings_and_editions_know_what_they_heeded,
            first_mentions_come_oldest_first,
            what_the_desk_says_is_published,
        }
        $crate::conformance_cases! { $run, concerns:
            grouping_a_day_can_be_repeated,
            concerns_are_known_as_of_a_day,
            mentions_of_a_concern_come_in_pages,
            a_whole_shows_what_its_parts_say,
            assignments_to_strangers_are_skipped,
        }
        $crate::conformance_cases! { $run, editions:
            published_digests_never_change,
            a_correction_needs_an_erratum,
            digests_of_a_day_are_the_latest,
            signals_have_a_history,
            scores_that_are_no_numbers_are_refused,
            periods_have_digests_of_their_own,
            leagues_are_published_like_digests,
            comparisons_are_published_like_signals,
            grades_are_kept_beside_digests,
            an_edition_can_be_read_again,
        }
        $crate::conformance_cases! { $run, scores:
            shadows_are_known_by_scope_and_day,
            silence_maps_have_revisions,
            values_are_layers_of_their_own,
            signals_of_many_days_come_together,
        }
        $crate::conformance_cases! { $run, forecasts:
            concerns_are_counted_by_topic,
            days_are_counted_again,
            published_forecasts_never_change,
            outcomes_are_kept_beside_forecasts,
        }
        $crate::conformance_cases! { $run, takedown:
            looks_come_due,
            removed_words_are_withheld,
            a_title_stays_as_long_as_another_says_it,
            fetches_are_forgotten_by_body,
        }
    };
}

/// Makes a `#[test]` of every case for a search index; takes a
/// `fn(impl FnOnce(&dyn Archive, &dyn SearchIndex))`.
#[macro_export]
macro_rules! search_conformance {
    ($run:path) => {
        $crate::conformance_cases! { $run, search:
            accents_may_be_left_out,
            accented_matches_come_first,
            phrases_and_exclusions,
            what_is_excluded_is_what_would_be_found,
            every_filter_and_its_facet,
            pages_cover_everything_once,
            relevance_has_pages_too,
            any_text_is_a_query,
            updates_and_removals_are_followed,
            the_index_equals_the_record,
            a_rebuild_finds_the_same,
        }
    };
}

/// Makes a `#[test]` of every case for an atlas; takes a
/// `fn(impl FnOnce(&dyn Archive, &dyn Atlas))`.
#[macro_export]
macro_rules! atlas_conformance {
    ($run:path) => {
        $crate::conformance_cases! { $run, atlas:
            boundaries_have_versions,
        }
    };
}

/// Makes a `#[test]` of every case for alerts; takes a
/// `fn(impl FnOnce(&dyn Accounts, &dyn Alerts))`.
#[macro_export]
macro_rules! alerts_conformance {
    ($run:path) => {
        $crate::conformance_cases! { $run, alerts:
            rules_have_revisions,
            an_alert_is_open_once,
            steps_are_taken_on_what_was_seen,
        }
    };
}

/// Makes a `#[test]` of every case for accounts; takes a
/// `fn(impl FnOnce(&dyn Archive, &dyn Accounts))`.
#[macro_export]
macro_rules! accounts_conformance {
    ($run:path) => {
        $crate::conformance_cases! { $run, accounts:
            accounts_come_back,
            wrong_passwords_close_an_account,
            sessions_end,
            codes_count_once,
            keys_are_withdrawn_for_good,
            the_log_is_a_chain,
        }
    };
}

/// Makes a `#[test]` of every case for the book of the desk; takes a
/// `fn(impl FnOnce(&dyn Archive, &dyn Accounts, &dyn DeskBook))`.
#[macro_export]
macro_rules! desk_book_conformance {
    ($run:path) => {
        $crate::conformance_cases! { $run, desk_book:
            slips_say_what_was_put_on_them,
            who_was_faster_holds_it,
            notes_are_taken_back_by_their_writer_alone,
            who_follows_or_holds_is_told,
            views_belong_to_one_officer,
            what_is_read_stays_read,
            edits_are_logged_with_the_correction,
            voices_are_counted_by_channel,
        }
    };
}

/// Makes a `#[test]` of every case for an outbox; takes a
/// `fn(impl FnOnce(&dyn Archive, &dyn Outbox))`.
#[macro_export]
macro_rules! outbox_conformance {
    ($run:path) => {
        $crate::conformance_cases! { $run, outbox:
            publications_are_numbered,
            a_message_is_taken_in_once,
            messages_end_with_receipts,
            what_is_in_hand_is_not_sent_again,
            several_are_told_under_one_mark,
            what_came_back_is_known_by_address,
        }
    };
}

/// Makes a `#[test]` of every case for requests; takes a
/// `fn(impl FnOnce(&dyn Archive, &dyn Requests))`.
#[macro_export]
macro_rules! requests_conformance {
    ($run:path) => {
        $crate::conformance_cases! { $run, requests:
            a_request_goes_its_way,
            a_draft_is_written_anew,
            what_cannot_follow_is_refused,
            the_schedule_says_things_once,
            a_round_is_answered_once,
            files_come_back,
            removed_words_leave_a_request,
            an_answer_is_printed_once,
            press_reports_have_a_history,
        }
    };
}

/// Makes a `#[test]` of every case for a queue; takes a
/// `fn(impl FnOnce(&dyn Archive, &dyn Queue))`.
#[macro_export]
macro_rules! queue_conformance {
    ($run:path) => {
        $crate::conformance_cases! { $run, queue:
            a_page_is_read_once,
            hosts_take_turns,
            no_host_starves_another,
            a_pausing_host_is_left_alone,
            failures_wait_and_the_given_up_say_why,
            leases_run_out,
            reading_and_recording_are_one,
            an_entry_never_replaces_its_article,
            a_day_waits_for_its_pages,
            hosts_are_remembered,
        }
    };
}

/// One `#[test]` a case of a module here.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_cases {
    ($run:path, $module:ident: $($case:ident,)*) => {
        $(
            #[test]
            fn $case() {
                $run($crate::conformance::$module::$case);
            }
        )*
    };
}
