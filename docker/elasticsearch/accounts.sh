#!/usr/bin/env bash
# Gives Kibana and Gatehouse accounts of their own. Running it again sets the passwords anew.
set -euo pipefail
: "${KIBANA_PASSWORD:?is empty: see docker/.env.example}"
: "${GATEHOUSE_PASSWORD:?ELASTICSEARCH_PASSWORD is empty: see docker/.env.example}"
url=${ELASTICSEARCH:-http://elasticsearch:9200}

# security METHOD PATH: sends what it reads. The password is in no list of processes.
security() {
  curl --config <(echo "user = \"elastic:$ELASTIC_PASSWORD\"") --fail-with-body --silent --show-error --output /dev/null \
    --header 'content-type: application/json' --request "$1" --data @- "$url/_security/$2"
}

security POST user/kibana_system/_password <<<"{\"password\": \"$KIBANA_PASSWORD\"}"

# It adds to the logs, and sets up and deletes by age what belongs to them; it cannot read what is in them. A policy acts
# with the rights of whoever wrote it, hence `manage`.
security PUT role/gatehouse <<'ROLE'
{
  "cluster": ["monitor", "manage_ilm", "manage_pipeline", "manage_index_templates"],
  "indices": [{ "names": ["auth-logs-*"], "privileges": ["create_doc", "manage"] }]
}
ROLE
security PUT user/gatehouse <<<"{\"password\": \"$GATEHOUSE_PASSWORD\", \"roles\": [\"gatehouse\"]}"
