import type { VNode } from 'preact';
import type { Door } from '../door/door';
import { useAround, useMay } from '../door/use-door';
import { useQuestion } from '../parts/ask-first';
import type { Question } from '../parts/ask-first';
import { Button } from '../parts/button';
import { PauseTimerDocument, ResetTimerDocument, ResumeTimerDocument } from './operations.generated';
import type { PanelTimer } from './use-timer';

/** Asked where a round is being settled. */
export const END_VOID = {
  label: 'End the settling round void, without a winner',
  hint: 'Without this nothing is done to a round that is being settled.',
};

/** What operators do with a timer from day to day. */
export function TimerActs(props: { readonly timer: PanelTimer; readonly onDone?: () => void }): VNode | null {
  const { timer } = props;
  const { door } = useAround();
  const [ask, asked] = useQuestion();
  if (!useMay('OPERATE')) return null;
  const { id, status } = timer;
  const onDone = (): void => props.onDone?.();
  const pause = (): void => ask({ ...pauseOf(id, door), onDone });
  const resume = (): void => ask({ ...resumeOf(id, door), onDone });
  const reset = (): void => ask({ ...resetOf(timer, door), onDone });
  return (
    <>
      {status === 'PAUSED' ? (
        <Button icon="play" kind="main" onClick={resume} about={id}>
          Resume
        </Button>
      ) : (
        <Button icon="pause" isOff={status !== 'RUNNING'} onClick={pause} about={id}>
          Pause
        </Button>
      )}
      <Button icon="reset" isOff={status === 'PAUSED'} onClick={reset} about={id}>
        Reset
      </Button>
      {asked}
    </>
  );
}

function pauseOf(id: string, door: Door): Question {
  return {
    title: `Pause ${id}?`,
    words: 'The time stops for everybody. Trades do not count until it goes on; they are kept as history.',
    verb: 'Pause',
    isDangerous: true,
    hasReason: true,
    act: ({ reason }) => door.ask(PauseTimerDocument, { id, reason }),
    done: `${id} is paused.`,
  };
}

function resumeOf(id: string, door: Door): Question {
  return {
    title: `Resume ${id}?`,
    words: 'The time goes on with what was left.',
    verb: 'Resume',
    hasReason: true,
    act: ({ reason }) => door.ask(ResumeTimerDocument, { id, reason }),
    done: `${id} goes on.`,
  };
}

function resetOf({ id, status }: PanelTimer, door: Door): Question {
  return {
    title: `Reset ${id}?`,
    words: 'It gets its full time again, in the open round; where none is open, a new one opens.',
    verb: 'Reset',
    isDangerous: true,
    hasReason: true,
    force: status === 'SETTLING' ? END_VOID : null,
    act: ({ reason, isForced }) => door.ask(ResetTimerDocument, { id, reason, force: isForced }),
    done: `${id} has its full time again.`,
  };
}
