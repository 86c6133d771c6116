package demo

// layouts lists what is written: every feed but decisions (kamlens writes those itself) and case_log (cases and
// case_events hold the same). The files come in this order.
func layouts() []layout {
	return []layout{
		{"org_units", false, "unit_id name kind parent region"},
		{"managers", false, "manager_id name valid_from unit_id team region role reports_to staff_no hired_on left_on certified_until"},
		{"leaves", false, "manager_id from to deputy_id approved_by"},
		{"customers", false, `customer_id name type segment region industry users first_active_on status ended_on merged_into
			merged_at split_from strategic credit_limit_fen credit_reviewed_on`},
		{"contacts", false, "contact_id customer_id name role phone email birthday"},
		{"key_accounts", false, "customer_id from to criterion approved_by"},
		{"assignments", false, "customer_id manager_id valid_from valid_to role"},
		{"tier_history", false, `customer_id effective_from tier card approved_at approved_by notified_at notice_channel
			rule_version reason`},
		{"tier_inputs", false, "customer_id quarter parts evidence entered_by approved_by"},
		{"services", false, "service_id customer_id product started_on ended_on monthly_fen sla_class assurance_plan_until"},
		{"targets", false, "kpi period scope value floor stretch"},
		{"calendar_days", false, "day class hours name notice"},
		{"cases", true, `case_id customer_id kind created_at category severity channel unit_id department initiated_by
			first_receiver_id manager_id first_response_at promised_due_at confirmed_at plan_submitted_at plan_reviewed_at
			plan_accepted_at resolved_at resolution closed_at callback_at callback_by callback_result reopened_at source_ref
			dup_of merged_into invalid_reason is_test recoded_at recoded_by regulator survey_id cause action circuit_id
			alarm_at reported_at restored_at excluded_minutes excluded_by area major review_filed_at review_told_at
			updated_at`},
		{"case_events", true, "case_id at type actor_id actor_kind actor_unit to_actor_id public reason"},
		{"calls", true, "call_id customer_id manager_id started_at seconds direction case_id"},
		{"surveys", true, `survey_id question customer_id case_id project_id contact_id kind metric sent_at delivery answered_at score
			scale_min scale_max reversed unit_id staff comment voided updated_at`},
		{"visits", true, `visit_id customer_id manager_id started_at ended_at planned_on mode contact_role purpose outcome
			checkin form_ref recorded_at reviewed`},
		{"visit_issues", false, "issue_id visit_id raised_at due_on closed_at told_at"},
		{"duties", false, `duty_id customer_id kind window_start window_end required done_at waived_by waived_reason
			plan_approved_by planned_at`},
		{"bills", true, `bill_id customer_id account_month issued_on due_on amount_fen kind ref_bill recurring project
			agreed_due_on disputed_from disputed_to`},
		{"payments", true, "payment_id bill_id paid_on amount_fen reversed_on updated_at"},
		{"writeoffs", false, "writeoff_id bill_id on amount_fen"},
		{"dunning", true, "bill_id step due_on done_on"},
		{"usage", true, "customer_id month product metric value"},
		{"needs", false, "need_id customer_id raised_at source state answered_at opportunity_id"},
		{"opportunities", false, "opportunity_id customer_id manager_id stage opened_on decided_on outcome amount_fen"},
		{"orders", false, `order_id customer_id manager_id signed_on activated_on cancelled_on product monthly_fen units
			is_migration green_channel due_on`},
		{"projects", false, "project_id customer_id name budget_fen scope_due scope_done accepted_on accepted_first_time"},
		{"milestones", false, "milestone_id project_id due_on changed_due_on change_approved_by accepted_on"},
		{"cancel_requests", false, `request_id customer_id at notified_at attempt_at manager_id services reason outcome
			decided_at concession_fen`},
		{"mystery_items", false, "visit_id item manager_id unit_id shopper on weight score max applicable red_line tag"},
		{"audit_samples", false, "sample_id manager_id drawn_on stratum stratum_size seed targeted passed scorer second_passed"},
		{"audit_rescores", false, "sample_id passed scorer"},
		{"audit_checks", false, "sample_id scorer item ok"},
		{"findings", false, "finding_id subject owner_id raised_on due_on fixed_on verified_on verified_by"},
		{"breaches", false, "breach_id manager_id kind reported_on heard_on confirmed_on confirmed_by"},
		{"detail_prints", false, "print_id printed_at by customer_id registered_at purpose"},
		{"trainings", false, "training_id manager_id kind due_on done_on passed score"},
		{"meetings", false, "meeting_id manager_id at attended_at leave"},
		{"reports_due", false, "report_id kind owed_by owed_by_kind due_at done_at"},
		{"service_events", false, "event_id customer_id kind at planned_on organiser_id attended note"},
		{"profile_fields", false, "customer_id field filled verified_on"},
	}
}
