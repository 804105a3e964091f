/** Jobs and CronJobs. */
import { counted } from '../words.ts';
import { type Draft, type Facts, inNamespace, said, sinceText } from './facts.ts';
import { conditionOf, type Job } from './schema.ts';

export function jobFindings({ job, cronJob, jobs, subject, now }: Facts): Draft[] {
  if (cronJob !== undefined) return cronFindings({ cronJob, jobs, subject, now });
  return job === undefined ? [] : oneJob(job, subject.namespace);
}

export function oneJob(job: Job, namespace: string, prefix = 'the job'): Draft[] {
  const { name } = job.metadata;
  const failed = conditionOf(job, 'Failed') ?? conditionOf(job, 'FailureTarget');
  const logs = { why: 'the last words of its pod say most', say: `logs of job ${name} ${inNamespace({ namespace })}` };
  if (failed !== undefined) {
    const isLate = failed.reason === 'DeadlineExceeded';
    return [
      {
        weight: isLate ? 96 : 92,
        level: 'critical',
        title: `${prefix} failed: ${failureWords(job, failed.reason ?? '')}`,
        evidence: [
          `Failed: ${said(failed.reason)}, ${said(failed.message)}`,
          `${counted(job.status.failed ?? 0, 'pod')} failed, ${job.status.succeeded ?? 0} succeeded`,
        ],
        next: isLate
          ? { why: 'it needs more time than its deadline gives, or it hangs', say: `describe job ${name} ${inNamespace({ namespace })}` }
          : logs,
      },
    ];
  }
  if (job.spec.suspend === true)
    return [
      {
        weight: 85,
        level: 'warning',
        title: `${prefix} is suspended, so that it runs no pods`,
        evidence: ['spec.suspend is true'],
        next: { why: 'it goes on when suspend is false', say: `describe job ${name} ${inNamespace({ namespace })}` },
      },
    ];
  return [];
}

function failureWords({ spec }: Job, reason: string): string {
  if (reason === 'BackoffLimitExceeded') return `its pods failed more often than its limit of ${spec.backoffLimit ?? 6} allows (${reason})`;
  if (reason === 'DeadlineExceeded') return `it was not done within its deadline of ${spec.activeDeadlineSeconds ?? '?'} s (${reason})`;
  return said(reason) || 'it gives no reason';
}

function cronFindings({ cronJob, jobs = [], subject, now }: Pick<Facts, 'cronJob' | 'jobs' | 'subject' | 'now'>): Draft[] {
  if (cronJob === undefined) return [];
  const { name } = cronJob.metadata;
  const last = cronJob.status.lastScheduleTime;
  const ran = last === undefined || last === null || now === undefined ? 'it has not run yet' : `it last ran ${sinceText(last, now)} ago`;
  const drafts: Draft[] = [];
  if (cronJob.spec.suspend === true)
    drafts.push({
      weight: 97,
      level: 'warning',
      title: 'the cron job is suspended, so that it starts no jobs',
      evidence: ['spec.suspend is true', `schedule ${said(cronJob.spec.schedule)}, ${ran}`],
      next: {
        why: 'it starts jobs again when suspend is false',
        say: `patch the cronjob ${name} with '{"spec":{"suspend":false}}' ${inNamespace(subject)}`,
      },
    });
  const newest = jobs.at(-1);
  if (newest === undefined) return drafts;
  return [...drafts, ...oneJob(newest, subject.namespace, `its last job ${newest.metadata.name}`)];
}
