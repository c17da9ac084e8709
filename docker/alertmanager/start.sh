#!/bin/sh
# Alertmanager reads nothing from the environment: this writes its receiver from it, and then becomes it.
#   start.sh PROGRAM ARGUMENT...
set -eu
umask 077
dir=${TMPDIR:-/tmp}
config=$dir/alertmanager.yml

# quoted VALUE: as a text of YAML
quoted() {
  printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"
}

cat "$(dirname "$0")/alertmanager.yml" >"$config"

# What is secret goes into files, so that the configuration can be shown.
if [ -n "${WEBHOOK_URL:-}" ]; then
  printf '%s' "$WEBHOOK_URL" >"$dir/webhook-url"
  cat >>"$config" <<EOT
    webhook_configs:
      - url_file: $dir/webhook-url
EOT
fi

if [ -n "${EMAIL_TO:-}" ]; then
  : "${SMTP_SERVER:?ALERTMANAGER_EMAIL_TO needs ALERTMANAGER_SMTP_SERVER, as host:port}"
  cat >>"$config" <<EOT
    email_configs:
      - to: $(quoted "$EMAIL_TO")
        from: $(quoted "$EMAIL_FROM")
        smarthost: $(quoted "$SMTP_SERVER")
        send_resolved: true
EOT
  if [ -n "${SMTP_USER:-}" ]; then
    printf '%s' "${SMTP_PASSWORD:-}" >"$dir/smtp-password"
    cat >>"$config" <<EOT
        auth_username: $(quoted "$SMTP_USER")
        auth_password_file: $dir/smtp-password
EOT
  fi
fi

exec "$@" "--config.file=$config"
