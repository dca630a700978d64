#!/bin/sh
# backup.sh DIR: one dated folder with the database, the attachments and their checksums; keeps the last 30.
# The keys (/etc/civaffairs/env) are not in it on purpose: who holds the backup alone can read no ID number.
# Needs DATABASE_URL and CIVAFFAIRS_DATA in the environment.
set -eu
umask 077
: "${DATABASE_URL:?}" "${CIVAFFAIRS_DATA:?}"
target=${1:?usage: backup.sh DIR}/$(date +%Y%m%d-%H%M%S)
mkdir -p "$target.half"
# The database first: an attachment that arrives in between is then one too many, never one too few.
pg_dump --format=custom --no-owner --file="$target.half/database.dump" "$DATABASE_URL"
mkdir -p "$CIVAFFAIRS_DATA/files"
tar -C "$CIVAFFAIRS_DATA" -czf "$target.half/files.tar.gz" files
(cd "$target.half" && sha256sum database.dump files.tar.gz >SHA256SUMS)
# Renamed when complete: a folder without ".half" is a whole backup.
mv "$target.half" "$target"
find "$1" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*-[0-9]*[0-9]' | sort -r | tail -n +31 |
    while IFS= read -r old; do rm -rf "$old"; done
echo "$target"
