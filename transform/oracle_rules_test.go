package transform_test

// otherRules differ from the proposed ones in every value; some limits change on a day, some are not set at all.
const otherRules = `
limits:
  - {rule: first_response, severity: normal, limit: 1 hours, clock: working, to: 2026-03-01}
  - {rule: first_response, severity: normal, limit: 3 hours, clock: calendar, from: 2026-03-01}
  - {rule: first_response, severity: high, limit: 20 minutes, clock: working}
  - {rule: first_response, kind: complaint, limit: 1 working_days}
  - {rule: first_response, kind: request, tier: 3, limit: 1 days}
  - {rule: resolution, kind: fault, limit: 3 days}
  - {rule: resolution, kind: request, limit: 10 hours, clock: working}
  - {rule: resolution, kind: complaint, limit: 3 working_days, from: 2025-09-10}
  - {rule: resolution, severity: urgent, limit: 4 hours, clock: working}
  - {rule: progress, kind: fault, severity: normal, limit: 5 hours, clock: working}
  - {rule: progress, kind: complaint, limit: 2 days}
  - {rule: plan, limit: 6 hours, clock: working}
  - {rule: complaint_answer, kind: complaint, limit: 20 hours, clock: calendar}
  - {rule: callback, kind: complaint, limit: 5 hours, clock: working}
  - {rule: feedback_answer, kind: feedback, limit: 3 days}
  - {rule: survey_recovery, kind: followup, tier: 1, limit: 2 working_days}
  - {rule: survey_recovery, kind: followup, tier: 2, limit: 30 hours, clock: calendar}
  - {rule: restore, kind: fault, severity: normal, limit: 1 working_days}
  - {rule: restore, kind: fault, severity: high, limit: 6 hours, clock: working}
  - {rule: fault_review, kind: fault, limit: 3 days}
  - {rule: provisioning, limit: 7 days}
  - {rule: handoff, kind: fault, limit: 3 hours, clock: calendar}
  - {rule: handoff, limit: 5 hours, clock: working}
  - {rule: acceptance_feedback, limit: 10 working_days}
  - {rule: save_notice, limit: 1 days}
  - {rule: save_start, limit: 1 working_days}
  - {rule: tier_notice, limit: 5 days}
params:
  - {name: reopen_window_days, value: 3}
  - {name: survey_edit_hours, value: 24}
  - {name: survey_valid_days, value: 2}
  - {name: survey_response_days, value: 3}
  - {name: decided_after_days, value: 5}
  - {name: retention_base_months, value: 2}
  - {name: churn_zero_months, value: 2}
  - {name: transfer_protection_days, value: 60}
  - {name: tier_min_owned_days, value: 30}
  - {name: visit_min_gap_days, value: 3}
  - {name: visit_min_minutes, value: 15}
  - {name: visit_record_working_days, value: 0}
  - {name: visit_issue_days, value: 5}
  - {name: repeat_complaint_days, value: 14}
  - {name: complaint_statutory_days, value: 4}
  - {name: fault_rural_hours, value: 30}
  - {name: callback_by_other, value: 1}
  - {name: save_days, value: 45}
  - {name: collection_grace_days, value: 2}
  - {name: dunning_step_1_days, value: 0}
  - {name: dunning_step_2_days, value: 10}
  - {name: clawback_days, value: 30}
  - {name: opportunity_open_days, value: 60}
  - {name: profile_fresh_days, value: 60}
  - {name: close_working_day, value: 3}
weights:
  - {of: new_business, values: {专线: 150, 云主机: 33, other: 70}}
cadences:
  - {kind: visit, tier: 1, window_months: 1, required: 2, max_gap_days: 20}
  - {kind: visit, tier: 2, window_months: 1, required: 1, max_gap_days: 45}
  - {kind: visit, tier: 3, window_months: 2, required: 3}
  - {kind: visit, tier: 4, window_months: 3, required: 1}
  - {kind: visit, customer: C000002, window_months: 1, required: 4, max_gap_days: 10}
  - {kind: visit, customer: C000003, window_months: 2, required: 1, from: 2025-11-01}
  - {kind: visit, customer: C000005, window_months: 1, required: 0, to: 2025-10-01}
`
