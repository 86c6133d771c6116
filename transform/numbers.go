package transform

import (
	"context"
	"strings"
)

// The rows of a measure may carry a number for who answers for them (owner_no of dim_owners) and one for what they are
// about (class_no of dim_classes); the cubes then add up by these. A row that was ruled to be another manager's, or that
// was frozen, may have dimensions that no account and no case has now: they get numbers of their own.

// withoutNumbers are the columns of a measure that mean the same in every snapshot.
const withoutNumbers = "columns(c -> c not in ('owner_no', 'class_no'))"

// numbered reports whether the rows that query makes carry both numbers.
func (b *builder) numbered(ctx context.Context, query string) (bool, error) {
	n, err := one[int64](ctx, b.conn, "select count(*) from (describe "+query+"\n) where column_name in ('owner_no', 'class_no')")
	return n == 2, err
}

const (
	ownerColumns = "manager_id, unassigned_reason, team, region, tier"
	classColumns = "kind, severity, category"
)

// numberOwners gives a number to every combination of the columns of dim_owners that from has and dim_owners has not.
func (b *builder) numberOwners(ctx context.Context, from string) error {
	return b.number(ctx, "dim_owners", "owner_no", ownerColumns, from)
}

// numberClasses does the same for dim_classes.
func (b *builder) numberClasses(ctx context.Context, from string) error {
	return b.number(ctx, "dim_classes", "class_no", classColumns, from)
}

func (b *builder) number(ctx context.Context, table, no, columns, from string) error {
	return b.exec(ctx, "insert into "+table+" ("+no+", "+columns+") select (select coalesce(max("+no+"), 0) from "+table+") + row_number() over (order by "+
		columns+"), "+columns+" from (select "+columns+" from ("+from+") except select "+columns+" from "+table+")")
}

// ruledOwners are the combinations that a ruling may make: the ruled owner anywhere.
const ruledOwners = `select r.to_manager_id as manager_id, cast(null as varchar) as unassigned_reason, r.to_team as team, o.region, o.tier
	from ` + rulingsModel + ` r cross join (select distinct region, tier from dim_owners) o where r.to_manager_id is not null`

// ruledNumber is the column owner_no of rows t under rulings r, for a measure that has it, with the join that it needs.
const (
	ruledNumber = `, case when r.to_manager_id is null then t.owner_no else o.owner_no end as owner_no`
	ruledJoin   = `
left join dim_owners o on o.manager_id = r.to_manager_id and o.unassigned_reason is null and o.team is not distinct from r.to_team
  and o.region is not distinct from t.region and o.tier is not distinct from t.tier`
)

// renumbered is the query of rows as they were frozen, with the numbers that their dimensions have in this snapshot.
func (b *builder) renumbered(ctx context.Context, rows string) (string, error) {
	if err := b.numberOwners(ctx, rows); err != nil {
		return "", err
	}
	if err := b.numberClasses(ctx, rows); err != nil {
		return "", err
	}
	return "select f.*, o.owner_no, k.class_no from (" + rows + ") f join dim_owners o on " + same("f", "o", ownerColumns) +
		" join dim_classes k on " + same("f", "k", classColumns), nil
}

// same is the condition that two tables agree in columns, NULL with NULL.
func same(a, b, columns string) string {
	var list []string
	for c := range strings.SplitSeq(columns, ", ") {
		list = append(list, a+"."+c+" is not distinct from "+b+"."+c)
	}
	return strings.Join(list, " and ")
}
