import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { IdPipe } from '../http/id.pipe.js';
import { Permit } from '../http/permit.decorator.js';
import { AgentReports } from './agent-reports.service.js';
import { ClientGone } from './client-gone.decorator.js';
import { Completions } from './completions.service.js';
import { ClaimAnswerDto, ClaimDto } from './dto/claim.dto.js';
import { CompletionDto } from './dto/completion.dto.js';
import { HeartbeatAnswerDto, HeartbeatDto } from './dto/heartbeat.dto.js';
import { RegisterAgentDto, RegisteredDto } from './dto/registration.dto.js';
import { LogsDto, ReportsDto } from './dto/run-report.dto.js';
import { FleetClaims } from './fleet-claims.service.js';
import { Heartbeats } from './heartbeats.service.js';
import { Registrations } from './registrations.service.js';
import { toAttemptEnd, toClaimAnswer, toLogPiece, toRegistration, toRunReport } from './wire.js';

const PER_RUN =
  'A run that is no longer this agent’s makes the answer 409 with one entry in `errors`; the others are recorded.';

/** What agents on other machines say. See docs/agent-protocol.md. */
@ApiTags('Agent protocol')
@Controller('api/v2/agents')
export class AgentProtocolController {
  constructor(
    @Inject(Registrations) private readonly registrations: Registrations,
    @Inject(Heartbeats) private readonly heartbeats: Heartbeats,
    @Inject(FleetClaims) private readonly claims: FleetClaims,
    @Inject(AgentReports) private readonly reports: AgentReports,
    @Inject(Completions) private readonly completions: Completions,
  ) {}

  @Post()
  @Permit('agents:register')
  @ApiOperation({
    summary: 'Register an agent',
    description: 'With a join token, an API token, or again with the credential of an agent. Begins a new life of it.',
  })
  @ApiCreatedResponse({ type: RegisteredDto })
  @ApiProblems('invalid_input', 'malformed_body', 'conflict', 'forbidden')
  async register(@Body() body: RegisterAgentDto): Promise<RegisteredDto> {
    return this.registrations.register(toRegistration(body));
  }

  @Post(':id/heartbeat')
  @HttpCode(200)
  @Permit('agents:act')
  @ApiOperation({ summary: 'Say that the agent lives', description: 'Prolongs its lease and tells what to stop.' })
  @ApiOkResponse({ type: HeartbeatAnswerDto })
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'invalid_state', 'forbidden')
  async heartbeat(
    @Param('id', new IdPipe('agent')) id: string,
    @Body() body: HeartbeatDto,
    @ClientGone() gone: AbortSignal,
  ): Promise<HeartbeatAnswerDto> {
    return this.heartbeats.beat(id, body, gone);
  }

  @Post(':id/claim')
  @HttpCode(200)
  @Permit('agents:act')
  @ApiOperation({ summary: 'Take runs', description: 'Waits for the first one. One claim at a time.' })
  @ApiOkResponse({ type: ClaimAnswerDto })
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'invalid_state', 'forbidden')
  async claim(
    @Param('id', new IdPipe('agent')) id: string,
    @Body() body: ClaimDto,
    @ClientGone() gone: AbortSignal,
  ): Promise<ClaimAnswerDto> {
    return toClaimAnswer(await this.claims.claim(id, body, gone));
  }

  @Post(':id/reports')
  @HttpCode(204)
  @Permit('agents:act')
  @ApiOperation({ summary: 'Report starts and progress', description: PER_RUN })
  @ApiNoContentResponse({ description: 'All are recorded.' })
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'invalid_state', 'stale_fence', 'forbidden')
  async report(@Param('id', new IdPipe('agent')) id: string, @Body() body: ReportsDto): Promise<void> {
    await this.reports.report(id, body.runs.map(toRunReport));
  }

  @Post(':id/logs')
  @HttpCode(204)
  @Permit('agents:act')
  @ApiOperation({ summary: 'Append output', description: `May be repeated. ${PER_RUN}` })
  @ApiNoContentResponse({ description: 'All is stored.' })
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'invalid_state', 'stale_fence', 'forbidden')
  async logs(@Param('id', new IdPipe('agent')) id: string, @Body() body: LogsDto): Promise<void> {
    await this.reports.append(id, body.pieces.map(toLogPiece));
  }

  @Post(':id/complete')
  @HttpCode(200)
  @Permit('agents:act')
  @ApiOperation({ summary: 'Report ends, and take more', description: `May be repeated. ${PER_RUN}` })
  @ApiOkResponse({ type: ClaimAnswerDto })
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'invalid_state', 'stale_fence', 'forbidden')
  async complete(
    @Param('id', new IdPipe('agent')) id: string,
    @Body() body: CompletionDto,
    @ClientGone() gone: AbortSignal,
  ): Promise<ClaimAnswerDto> {
    return toClaimAnswer(await this.completions.complete(id, body.ends.map(toAttemptEnd), body.claim, gone));
  }
}
