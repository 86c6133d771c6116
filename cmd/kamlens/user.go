package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

func newUserCommand(a *app) *cobra.Command {
	i := &identity{}
	c := &cobra.Command{
		Use:   "user",
		Short: "用户、角色与令牌 · users: add, role, disable, enable, token, list",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	i.add(c.PersistentFlags())
	c.AddCommand(
		newUserAddCommand(a, i),
		newUserRoleCommand(a, i),
		userCommand(a, i, "disable ID", "停用：立即失去一切权限，编号与历史保留 · take every right away at once; the id and what was done stay",
			"people.cli.disabled", func(ctx context.Context, who actor, id string) error { return who.people.Disable(ctx, who.Person, id) }),
		userCommand(a, i, "enable ID", "重新启用 · let a disabled user act again",
			"people.cli.enabled", func(ctx context.Context, who actor, id string) error { return who.people.Enable(ctx, who.Person, id) }),
		userCommand(a, i, "token ID", "换发令牌，旧的立即失效；人人可换自己的 · give a new token, the old one is void; everybody may renew their own",
			"people.cli.token", func(ctx context.Context, who actor, id string) error {
				token, err := who.people.RenewToken(ctx, who.Person, id)
				return a.showToken(token, err)
			}),
		newUserListCommand(a, i),
	)
	return c
}

// userCommand is a command that does one thing to one user, and then says so.
func userCommand(a *app, i *identity, use, short, done string, do func(ctx context.Context, who actor, id string) error) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withActor(cmd.Context(), *i, func(_ config.Config, _ *store.Store, who actor) error {
				if err := do(cmd.Context(), who, args[0]); err != nil {
					return err
				}
				a.say(done, args[0])
				return nil
			})
		},
	}
}

// showToken prints a token: the only time that it can be read.
func (a *app) showToken(token string, err error) error {
	if err == nil {
		_, err = fmt.Fprintln(a.stdout, token)
	}
	return err
}

func newUserAddCommand(a *app, i *identity) *cobra.Command {
	var p people.Person
	var roles []string
	c := &cobra.Command{
		Use:   "add ID",
		Short: "新建用户并给令牌；第一个必须是管理员 · add a user and print their token; the first must be an administrator",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p.ID, p.Roles = args[0], rolesOf(roles)
			return a.forManager(cmd.Context(), p.ManagerID, func() error { return a.userAdd(cmd.Context(), *i, p) })
		},
	}
	c.Flags().StringVar(&p.Name, "name", "", "姓名，必写 · name; must be given")
	c.Flags().StringSliceVar(&roles, "role", nil, "角色，可写多个：admin management hr supervisor manager steward reviewer inspector auditor · roles, several if need be: admin, management, hr, supervisor, manager, steward, reviewer, inspector, auditor")
	c.Flags().StringVar(&p.ManagerID, "manager", "", "本人是哪位客户经理，如 M001 · the account manager that the person is, e.g. M001")
	return c
}

// userAdd adds a user; without --as only the first one.
func (a *app) userAdd(ctx context.Context, i identity, p people.Person) error {
	return a.withStore(ctx, func(_ config.Config, s *store.Store) error {
		all := people.New(s, a.now)
		empty, err := all.Empty(ctx)
		if err != nil {
			return err
		}
		var token string
		if empty && i.as == "" {
			token, err = all.AddFirst(ctx, p)
		} else {
			var who actor
			if who, err = a.actor(ctx, s, i); err != nil {
				return err
			}
			token, err = all.Add(ctx, who.Person, p)
		}
		if err := a.showToken(token, err); err != nil {
			return err
		}
		a.say("people.cli.added", p.ID)
		return nil
	})
}

// forManager does what makes a person an account manager, and then points out one whom the published snapshot does not know.
func (a *app) forManager(ctx context.Context, id string, do func() error) error {
	if id == "" {
		return do()
	}
	var unknown []member
	err := a.withStore(ctx, func(c config.Config, s *store.Store) (err error) {
		unknown, err = strangers(ctx, c, s, []member{{kpi.ByManager, id}})
		return err
	})
	if err == nil {
		err = do()
	}
	if err == nil {
		a.sayStrangers(unknown)
	}
	return err
}

func newUserRoleCommand(a *app, i *identity) *cobra.Command {
	var add, remove []string
	var change people.RoleChange
	c := userCommand(a, i, "role ID", "增减角色；不能改自己的 · give and take roles; nobody changes their own",
		"people.cli.roles", func(ctx context.Context, who actor, id string) error {
			change.Add, change.Remove = rolesOf(add), rolesOf(remove)
			return who.people.ChangeRoles(ctx, who.Person, id, change)
		})
	do := c.RunE
	c.RunE = func(cmd *cobra.Command, args []string) error {
		return a.forManager(cmd.Context(), change.ManagerID, func() error { return do(cmd, args) })
	}
	c.Flags().StringSliceVar(&add, "add", nil, "增加的角色 · roles to give")
	c.Flags().StringSliceVar(&remove, "remove", nil, "取消的角色 · roles to take away")
	c.Flags().StringVar(&change.ManagerID, "manager", "", "本人是哪位客户经理，如 M001 · the account manager that the person is, e.g. M001")
	return c
}

func rolesOf(names []string) []people.Role {
	list := make([]people.Role, len(names))
	for k, n := range names {
		list[k] = people.Role(strings.TrimSpace(n))
	}
	return list
}

func newUserListCommand(a *app, i *identity) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "list",
		Short: "用户名单 · list the users",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.userList(cmd.Context(), *i, format) },
	}
	c.Flags().StringVar(&format, "format", "table", "table, json, csv")
	return c
}

// user is one line of the list, for programs. Times are civil, of the configured zone.
type user struct {
	ID         string        `json:"id"`
	Name       string        `json:"name"`
	Roles      []people.Role `json:"roles"`
	ManagerID  string        `json:"manager_id,omitempty"`
	CreatedAt  string        `json:"created_at"`
	TokenAt    string        `json:"token_at"`
	DisabledAt string        `json:"disabled_at,omitempty"`
}

func (a *app) userList(ctx context.Context, i identity, format string) error {
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	return a.withActor(ctx, i, func(c config.Config, _ *store.Store, who actor) error {
		all, err := who.people.List(ctx, who.Person)
		if err != nil {
			return err
		}
		list := make([]user, len(all))
		for k, u := range all {
			list[k] = user{ID: u.ID, Name: u.Name, Roles: u.Roles, ManagerID: u.ManagerID, CreatedAt: civil(c, u.CreatedAt),
				TokenAt: civil(c, u.TokenAt), DisabledAt: civil(c, u.DisabledAt)}
		}
		if format == "json" {
			return a.writeJSON(list)
		}
		return write(a.stdout, userSheet(a.lang(), list, format == "csv"))
	})
}

// userSheet lays the users out: in words for people, in codes for programs.
func userSheet(l text.Lang, list []user, raw bool) sheet {
	t := sheet{head: []string{"id", "name", "roles", "manager_id", "created_at", "token_at", "disabled_at"}}
	t.text = len(t.head)
	if !raw {
		for k, key := range t.head {
			t.head[k] = l.T("people.head." + key)
		}
	}
	for _, u := range list {
		names := make([]string, len(u.Roles))
		for k, r := range u.Roles {
			if names[k] = string(r); !raw {
				names[k] = r.In(l)
			}
		}
		t.rows = append(t.rows, []string{u.ID, u.Name, strings.Join(names, " "), u.ManagerID, u.CreatedAt, u.TokenAt, u.DisabledAt})
	}
	return t
}

// civil is an instant as people of the configured zone read it; "" for the zero time.
func civil(c config.Config, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(c.Zone()).Format(time.DateTime)
}
