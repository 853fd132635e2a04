import type { Env } from '../config/env';
import type { Post } from '../platform/outbound/post-json';
import { SIGNATURE_HEADER, signatureOf } from '../platform/outbound/signature';
import { bodyOf } from './domain/alert-text';
import { noticeId } from './domain/alert';
import type { Notice } from './domain/alert';

/** Variables that name where alerts go. */
export type ChannelEnv = Pick<
  Env,
  | 'alertDiscordUrl'
  | 'alertSignedSecret'
  | 'alertSignedUrl'
  | 'alertTelegramApi'
  | 'alertTelegramChat'
  | 'alertTelegramToken'
  | 'alertWebhookUrl'
>;

/** One way to tell somebody. */
export interface AlertChannel {
  readonly name: 'slack' | 'discord' | 'telegram' | 'signed';
  /** The request that tells a notice. @param atSec - epoch seconds of the sending */
  post(notice: Notice, atSec: number): Post;
}

const TIMEOUT_MS = 10_000;
const TELEGRAM = 'https://api.telegram.org';
/** Longest texts that Discord and Telegram take. */
const LONGEST = { discord: 2_000, telegram: 4_096 };

/** All channels that the environment names. An operator chose their addresses, so they may be private. */
export function channelsOf(env: ChannelEnv): readonly AlertChannel[] {
  return [slackOf(env), discordOf(env), telegramOf(env), signedOf(env)].filter((channel) => channel !== null);
}

function slackOf({ alertWebhookUrl }: ChannelEnv): AlertChannel | null {
  if (alertWebhookUrl === null) return null;
  return { name: 'slack', post: (notice) => posted(alertWebhookUrl.reveal(), notice, bodyOf(notice)) };
}

function discordOf({ alertDiscordUrl }: ChannelEnv): AlertChannel | null {
  if (alertDiscordUrl === null) return null;
  return {
    name: 'discord',
    post: (notice) => {
      const { text, context, timestamp } = bodyOf(notice);
      const content = text.slice(0, LONGEST.discord);
      const fields = Object.entries(context).map(([name, value]) => ({
        name: name.slice(0, 256),
        value: String(value).slice(0, 1_024) || '-',
        inline: true,
      }));
      const embeds = [{ title: titleOf(notice), timestamp, fields: fields.slice(0, 25) }];
      // nothing in a context may ring for everybody
      const body = { content, embeds, allowed_mentions: { parse: [] } };
      return posted(alertDiscordUrl.reveal(), notice, body);
    },
  };
}

function telegramOf({
  alertTelegramToken,
  alertTelegramChat,
  alertTelegramApi,
}: ChannelEnv): AlertChannel | null {
  if (alertTelegramToken === null || alertTelegramChat === null) return null;
  return {
    name: 'telegram',
    post: (notice) => {
      const { text, context, timestamp } = bodyOf(notice);
      const facts = Object.entries(context).map(([name, value]) => `${name}: ${value ?? '-'}`);
      const api = (alertTelegramApi?.reveal() ?? TELEGRAM).replace(/\/+$/, '');
      return posted(`${api}/bot${alertTelegramToken.reveal()}/sendMessage`, notice, {
        chat_id: alertTelegramChat,
        text: [text, timestamp, ...facts].join('\n').slice(0, LONGEST.telegram),
        link_preview_options: { is_disabled: true },
      });
    },
  };
}

function signedOf({ alertSignedUrl, alertSignedSecret }: ChannelEnv): AlertChannel | null {
  if (alertSignedUrl === null || alertSignedSecret === null) return null;
  return {
    name: 'signed',
    post: (notice, atSec) => {
      const plain = { id: noticeId(notice), type: `alert.${notice.kind}`, ...bodyOf(notice) };
      const post = posted(alertSignedUrl.reveal(), notice, plain);
      const signature = signatureOf([alertSignedSecret.reveal()], atSec, post.body);
      return { ...post, headers: { ...post.headers, [SIGNATURE_HEADER]: signature } };
    },
  };
}

function posted(url: string, notice: Notice, body: object): Post {
  return {
    url,
    body: JSON.stringify(body),
    headers: { 'darwin-event-id': noticeId(notice) },
    mayBePrivate: true,
    timeoutMs: TIMEOUT_MS,
  };
}

function titleOf({ kind, alert }: Notice): string {
  return `${alert.rule ?? 'test'} ${kind}`;
}
