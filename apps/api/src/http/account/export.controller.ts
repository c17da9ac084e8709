import { Controller, Get, Header, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { ExportAccount, type AccountExport } from '#domain/administration';
import type { RequestOrigin } from '#domain/kernel';
import { AssessTrust, type Device, type Principal, type Session } from '#domain/session';
import { Authenticated } from '../access/authenticated.decorator.js';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { SignInLimit } from '../rate-limits/sign-in-limit.js';
import { Origin } from '../request/request-origin.js';
import { toDevice } from '../devices/device.responses.js';
import { toAssessedSession } from '../sessions/session.responses.js';
import { toAccount } from './account.responses.js';

@ApiTags('Own account')
@Controller('api/v1/users/me/export')
export class ExportController {
  constructor(
    private readonly exportAccount: ExportAccount,
    private readonly assessTrust: AssessTrust,
  ) {}

  @Get()
  @Authenticated()
  @SignInLimit()
  @Header('content-disposition', 'attachment; filename="gatehouse-account.json"')
  @ApiOperation({
    summary: 'All data held about the own account',
    description:
      'Account, live sessions, devices and the newest 10,000 audit events. Never a password, a code or a token.',
  })
  @ApiResponse({
    status: 200,
    description: 'A file to keep.',
    content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
  })
  async export(
    @CurrentPrincipal() { userId, session }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<StreamableFile> {
    const exported = await this.exportAccount.execute(userId, origin);
    const text = Readable.from(jsonOf(exported, session, this.assessTrust), { objectMode: false });
    return new StreamableFile(text, { type: 'application/json; charset=utf-8' });
  }
}

/** Written as the activity is read, so that a long one takes no memory. */
async function* jsonOf(
  { user, sessions, devices, activity }: AccountExport,
  current: Session,
  assessTrust: AssessTrust,
): AsyncGenerator<string> {
  const account = JSON.stringify(toAccount(user));
  const live = JSON.stringify(sessions.map((session) => toAssessedSession(session, current.id, assessTrust)));
  const known = JSON.stringify(
    devices.map((listed) => ({ ...toDevice(listed, current), ...historyOf(listed.device) })),
  );
  yield `{"account":${account},"sessions":${live},"devices":${known},"activity":[`;
  let separator = '';
  for await (const event of activity) {
    yield separator + JSON.stringify(event);
    separator = ',';
  }
  yield ']}\n';
}

/** What a sign-in is compared to, and is nowhere else to be seen. */
const historyOf = ({ state }: Device) => ({
  userAgent: state.userAgent,
  fingerprint: state.fingerprint,
  place: state.place,
  lastPlaced: state.lastPlaced,
  suspectSince: state.suspectSince,
  countries: state.countries,
  signInsByHour: state.hours,
  recentSignIns: state.recentSignIns,
});
