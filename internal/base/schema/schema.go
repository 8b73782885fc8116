// Package schema holds the tables: one numbered set of forward-only migrations, each file led by the package that owns it.
//
// A file is goose SQL in the words both engines know (text, bigint, bytea, no other types); engine/db turns bytea and
// bigint into SQLite's names and makes every SQLite table strict. Every business table starts its keys with union_id.
package schema

import "embed"

// Files holds the migrations, NNNNN_owner_subject.sql, and distribution.txt, which says how the tables lie on many nodes.
//
//go:embed *.sql distribution.txt
var Files embed.FS
