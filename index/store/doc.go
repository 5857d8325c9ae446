// Package store keeps the truth: what curators wrote, what sources showed, what
// the desk decided. Everything else in vigie, the full-text index included, is a
// view of it that can be thrown away and made again.
//
// Open a folder with [Open], read in [DB.View], write in [DB.Update], and file
// what a reader brought with [DB.File]. Whoever must react to changes follows
// the change log: ask [Tx.Changes] for what came after a cursor, do the work,
// remember the cursor with the work, and sleep in [DB.Wait].
//
// # Files
//
//	lock              who owns the folder (flock, and a line for people)
//	running           there while the store is open; left behind by a crash
//	vigie.db          one bbolt file
//	backup-*          the copy of vigie.db that a backup is reading
//	restoring-*       a backup that is being unpacked; removed at opening
//	before-restore-*  what a restore put aside; never removed by vigie
//	objects/000001.seg  bodies and snapshots: appended, zstd, never rewritten
//
// # Tables of vigie.db
//
// Identities in keys are the 26 characters of a ULID, or its 16 bytes where they are
// packed; numbers are big-endian; h16 is the first 16 bytes of a SHA-256. A value is
// an envelope (format version, CRC-32C over table, key and body, then the body).
// Bodies of version 1 are JSON of the type named here; those of version 2 are packed
// (rows.go), as documents, revisions, sightings, aliases, objects, segments, the log,
// decided, observations, deliveries, hosts, fetches, storied, prints, matches and alerts
// are since they are many. Both leave out what the key says. Marks (→ nil) hold nothing.
//
//	meta        "format" "epoch" "created" "counts" "queued" "restored" "split" "walk"
//	sources     source id → vigie.Source
//	visits      source id → vigie.Visit
//	documents   document id → vigie.Document and its newest sequence number
//	revisions   document id, number u32 → vigie.Revision
//	captures    capture id → vigie.Capture
//	sightings   source id, h16(guid) → vigie.Sighting
//	sighted     document id, source id, h16(guid) → nil
//	aliases     h16(address) → document id
//	decisions   document id, decision id → vigie.Decision
//	judgements  document id → vigie.Judgement
//	objects     sha256 → where in objects/, how long, how many need it
//	segments    number u32 → committed length, bytes in use
//	log         sequence u64 → Change
//	cursors     follower → Cursor
//	robots      origin → opaque record of the door out
//	hosts       host name → opaque record of the door out, length of its log
//	fetches     host name, 0, nanoseconds u64 → vigie.Fetch   the log of a host
//	told        what a person was told of, "alarms" → Told
//	runs        started u64, job → Run
//	users       user id → vigie.User
//	emails      h16(address in lower case) → user id
//	credentials user id → Credential
//	sessions    sha256(secret) → Session
//	links       sha256(purpose, secret) → Link
//	tokens      sha256(purpose, secret) → Token
//	throttle    what is counted → Tries
//	audit       number u64 → AuditLine
//	queue       status byte, ^seconds u64, packed document id → nil   newest first; all
//	            queues together list all documents
//	decided     decision id → document id                the log in the order of time
//	settings    "settings" → vigie.Settings
//	topics      topic id → vigie.Topic
//	pages       page name, 0, language → vigie.PageText
//	keys        purpose → 32 random bytes
//	syntheses   synthesis id → vigie.Synthesis
//	editions    synthesis id, language, 0, number u32 → vigie.Edition
//	public      ^seconds u64, synthesis id, language → nil   what is out, newest first
//	marks       synthesis id, indicator, 0, area → vigie.FigureMark
//	indicators  indicator id → vigie.Indicator
//	vintages    vintage id → vigie.Vintage
//	observations  indicator, 0, area, 0, breakdowns, 0, period, 0, vintage id → vigie.Observation
//	subscribers subscriber id → vigie.Subscriber
//	subscribed  h16(address in lower case) → subscriber id
//	issues      issue id → vigie.Issue
//	deliveries  issue id, subscriber id → vigie.Delivery
//	letters     letter id → vigie.Letter
//	stories     story id → vigie.Story
//	storied     document id → story id
//	prints      document id → opaque print of the document (curate/story)
//	cited       document id, synthesis id → nil           who quotes a document
//	drifts      synthesis id, citation u32 → Drift        quoted words that changed
//	withdrawn   document id → Withdrawal                  the trace of a legal withdrawal
//	unread      document id → Attempts                    captures to be read again
//	searches    search id → vigie.SavedSearch, from which change it tells, hash of its feed's token
//	owned       user id, search id → nil                  whose searches
//	feeds       sha256(token) → search id
//	matches     search id, document id → vigie.Match      the ledger of alerts
//	awaiting    search id, document id → nil              matches that no mail tells of yet
//	alerts      search id, alert id → vigie.Alert         their mails
//	unsettled   search id, alert id → nil                 those to send, on their way or uncertain
//	concepts    concept id, 0, number u32 → Term          what the desk says of the thesaurus
//
// # Caveats
//
// One process owns the folder. Read transactions are short: page, copy, let go.
// A function given to [DB.Update] may be called more than once and must only act
// on its Tx. Deleted rows leave free pages that are used again, but vigie.db
// never shrinks.
package store
