import { url } from './checks';
import { flag, secret, text } from './variable';

const httpUrl = url('http:', 'https:');

/** Where alerts, pushed metrics and outgoing webhooks go; part of the schema. */
export const outboundVariables = {
  monitoringEnabled: flag('MONITORING_ENABLED', {
    fallback: true,
    sentence: 'Whether alerts are delivered and metrics are pushed; nothing else depends on it.',
  }),
  alertWebhookUrl: secret('ALERT_WEBHOOK_URL', {
    kind: 'http(s) URL',
    check: httpUrl,
    sentence: 'Where alerts are delivered, in the form of Slack (text, context, timestamp).',
  }),
  alertDiscordUrl: secret('ALERT_DISCORD_URL', {
    kind: 'http(s) URL',
    check: httpUrl,
    sentence: 'Webhook of a Discord channel that alerts are delivered to.',
  }),
  alertTelegramToken: secret('ALERT_TELEGRAM_TOKEN', {
    kind: '<number>:<letters>',
    check: telegramToken,
    sentence: 'Token of the Telegram bot that tells alerts; with ALERT_TELEGRAM_CHAT.',
  }),
  alertTelegramChat: text('ALERT_TELEGRAM_CHAT', {
    kind: 'number or @name',
    check: telegramChat,
    fallback: null,
    sentence: 'Telegram chat that the bot tells alerts to.',
  }),
  alertTelegramApi: secret('ALERT_TELEGRAM_API', {
    kind: 'http(s) URL',
    check: httpUrl,
    sentence: "Address of a Bot API server of one's own; api.telegram.org when unset.",
  }),
  alertSignedUrl: secret('ALERT_SIGNED_URL', {
    kind: 'http(s) URL',
    check: httpUrl,
    sentence: 'Where alerts are delivered signed, as outgoing webhooks are; with ALERT_SIGNED_SECRET.',
  }),
  alertSignedSecret: secret('ALERT_SIGNED_SECRET', {
    kind: '16 to 500 letters',
    check: longEnough,
    sentence: 'Secret that signs what goes to ALERT_SIGNED_URL.',
  }),
  metricsEndpoint: secret('METRICS_ENDPOINT', {
    kind: 'http(s) URL',
    check: httpUrl,
    sentence: 'Where metrics are pushed; they can always be scraped at /metrics.',
  }),
  webhookSigningKey: secret('WEBHOOK_SIGNING_KEY', {
    kind: '32 letters or more, comma separated',
    check: signingKeys,
    sentence:
      'Key that the secrets of outgoing webhooks are derived from, the present one first and the former behind it; needed in production to make outgoing webhooks.',
  }),
  webhookPrivateAddresses: flag('WEBHOOK_PRIVATE_ADDRESSES', {
    fallback: false,
    sentence: 'Whether outgoing webhooks may go to private addresses and over plain HTTP.',
  }),
};

function telegramToken(value: string): string | null {
  return /^\d{3,20}:[\w-]{10,100}$/.test(value) ? null : 'must be a token as BotFather gives it';
}

function telegramChat(value: string): string | null {
  return /^(-?\d{1,20}|@\w{5,32})$/.test(value) ? null : 'must be the number or @name of a chat';
}

function longEnough(value: string): string | null {
  return value.length >= 16 && value.length <= 500 ? null : 'must have 16 to 500 letters';
}

function signingKeys(value: string): string | null {
  const keys = value.split(',').map((key) => key.trim());
  return keys.every((key) => key.length >= 32)
    ? null
    : 'must hold keys of at least 32 letters, comma separated';
}
