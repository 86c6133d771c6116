package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
)

// notOwnLine refuses an approval of a customer's complexity by its owner's line or team: it is part of the tier, by whose rise the
// owner is measured. Where nothing is published nobody can say, and the approval counts only as far as the data allow it later.
func notOwnLine(ctx context.Context, c config.Config, s *store.Store, who actor, customer string) error {
	if who.ManagerID == "" {
		return nil
	}
	door, err := openDoor(ctx, c, s)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	line, err := door.OwnLine(ctx, kpi.Everything(), strings.TrimSpace(customer))
	if err = errors.Join(err, door.Close()); err != nil {
		return err
	}
	if slices.Contains(line, who.ManagerID) {
		return fault.New(fault.Refused, "tiering.own_line", who.ID, who.ManagerID, customer)
	}
	return nil
}
