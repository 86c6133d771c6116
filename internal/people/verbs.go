package people

import (
	"slices"

	"github.com/kamlens/kamlens/internal/text"
)

// Verb is something that only some people may do.
type Verb string

// The verbs. There are only those that a command checks or a kind of decision names; a test holds it.
const (
	UserEdit         Verb = "user.edit"          // add, disable and enable users, give them roles and tokens
	UserRead         Verb = "user.read"          // list the users
	UserToken        Verb = "user.token"         // renew the own token
	AuditRead        Verb = "audit.read"         // read who did what
	BatchRetract     Verb = "batch.retract"      // take a load back, or undo that
	RejectFix        Verb = "reject.fix"         // load the corrected rows of a reject file
	SnapshotBack     Verb = "snapshot.back"      // return readers to the publication before
	RuleEdit         Verb = "rule.edit"          // set a rule parameter from a day on
	TargetEdit       Verb = "target.edit"        // set the target of a KPI
	TierPropose      Verb = "tier.propose"       // propose a customer's tier
	TierReview       Verb = "tier.review"        // review a proposed tier
	TierApprove      Verb = "tier.approve"       // approve a reviewed tier, or return it
	TierOverride     Verb = "tier.override"      // decide on another tier than the one proposed
	TierNotify       Verb = "tier.notify"        // record that the customer was told of the tier
	TierInput        Verb = "tier.input"         // enter the assessed part of a customer's complexity
	TierInputApprove Verb = "tier.input.approve" // approve it, or return it
	DutyWaive        Verb = "duty.waive"         // release from a duty
	BreachReport     Verb = "breach.report"      // report a breach of a red line
	BreachConfirm    Verb = "breach.confirm"     // confirm a reported breach
	RowDispute       Verb = "row.dispute"        // contest a row of a KPI that is one's own
	RowDecide        Verb = "row.decide"         // uphold or dismiss a dispute
	AssessReview     Verb = "assess.review"      // review the sheet of a manager
	AssessTell       Verb = "assess.tell"        // record that a manager was told of the sheet
	AssessObject     Verb = "assess.object"      // object to one's own sheet
	AssessAnswer     Verb = "assess.answer"      // answer an objection, or return a sheet
	AssessSign       Verb = "assess.sign"        // sign a sheet: its grade holds
	AssessRoll       Verb = "assess.roll"        // write the roll for payroll
	PeriodFreeze     Verb = "period.freeze"      // propose or confirm that a period is closed
	SampleDraw       Verb = "sample.draw"        // draw what is looked at of a period's work
	DecisionRead     Verb = "decision.read"      // read the decisions
)

// Role is what a person is in the house; it gives verbs.
type Role string

// The roles.
const (
	Admin      Role = "admin"      // users only, no customer numbers
	Management Role = "management" // decides on tiers, targets, rules and closed periods
	HR         Role = "hr"         // keeps the assessments
	Supervisor Role = "supervisor" // leads account managers
	Manager    Role = "manager"    // is an account manager
	Steward    Role = "steward"    // answers for the data
	Reviewer   Role = "reviewer"   // reviews tiers and disputes
	Inspector  Role = "inspector"  // looks for breaches, draws and judges samples
	Auditor    Role = "auditor"    // reads everything, writes nothing
)

// grant is what one role may do.
type grant struct {
	role  Role
	verbs []Verb
}

// grants is the one table of what each role may do, in the order in which roles are listed. docs/people.md shows it; a
// test compares. Everybody may renew their own token.
func grants() []grant {
	return []grant{
		{Admin, []Verb{UserEdit, UserRead, UserToken}},
		{Management, []Verb{TierApprove, TierOverride, TargetEdit, RuleEdit, BreachConfirm, AssessAnswer, AssessSign, PeriodFreeze, SnapshotBack,
			DecisionRead, UserToken}},
		{HR, []Verb{TargetEdit, BreachConfirm, AssessTell, AssessAnswer, AssessSign, AssessRoll, PeriodFreeze, DecisionRead, UserToken}},
		{Supervisor, []Verb{TierPropose, TierNotify, DutyWaive, BreachReport, RowDecide, AssessReview, AssessTell, DecisionRead, UserToken}},
		{Manager, []Verb{TierInput, RowDispute, AssessObject, UserToken}},
		{Steward, []Verb{BatchRetract, RejectFix, SnapshotBack, DecisionRead, UserToken}},
		{Reviewer, []Verb{TierReview, TierInputApprove, RowDecide, DecisionRead, UserToken}},
		{Inspector, []Verb{BreachReport, SampleDraw, DecisionRead, UserToken}},
		{Auditor, []Verb{AuditRead, UserRead, DecisionRead, UserToken}},
	}
}

// Roles returns every role, in the order of the table.
func Roles() []Role {
	var list []Role
	for _, g := range grants() {
		list = append(list, g.role)
	}
	return list
}

// Verbs returns what the role allows; nothing for a role that does not exist.
func (r Role) Verbs() []Verb {
	for _, g := range grants() {
		if g.role == r {
			return g.verbs
		}
	}
	return nil
}

// Allows reports whether the role gives verb v.
func (r Role) Allows(v Verb) bool { return slices.Contains(r.Verbs(), v) }

// In is the role's name in language l.
func (r Role) In(l text.Lang) string { return l.T("people.role." + string(r)) }

// In says in language l what the verb allows.
func (v Verb) In(l text.Lang) string { return l.T("people.verb." + string(v)) }
