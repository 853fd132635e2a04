import type { VNode } from 'preact';
import { Copy } from './address';
import { Button } from './button';
import { Dialog } from './dialog';

/** Shows a secret that the service does not keep. */
export function SecretOnce(props: {
  readonly title: string;
  readonly words: string;
  readonly secret: string;
  readonly onClose: () => void;
}): VNode {
  const { title, words, secret, onClose } = props;
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{words} It is shown this once: copy it now, and keep it where secrets are kept.</p>
      <p class="secret">
        <code>{secret}</code>
        <Copy text={secret} what="the secret" />
      </p>
      <div class="ends">
        <Button kind="main" onClick={onClose}>
          I have it
        </Button>
      </div>
    </Dialog>
  );
}
