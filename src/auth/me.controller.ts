import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { Permit } from '../http/permit.decorator.js';
import { ChangePasswordDto, currentMe, MeDto, UpdateMeDto } from './dto/me.dto.js';
import { OwnAccount } from './own-account.service.js';
import { clearSessionCookie } from './session-cookie.js';

/** The caller in the native API. */
@ApiTags('Sign-in')
@Controller('api/v2/me')
export class MeController {
  constructor(@Inject(OwnAccount) private readonly account: OwnAccount) {}

  @Get()
  @Permit('me:read')
  @ApiOperation({ summary: 'Who am I?', description: 'Name, tenants, roles and permissions of the caller.' })
  @ApiOkResponse({ type: MeDto })
  @ApiProblems('forbidden')
  get(): MeDto {
    return currentMe();
  }

  @Patch()
  @HttpCode(204)
  @Permit('me:write')
  @ApiOperation({ summary: 'Choose your default tenant', description: 'For requests without the header `Tenant`.' })
  @ApiNoContentResponse({ description: 'Chosen, from the next request on.' })
  @ApiProblems('invalid_input', 'malformed_body', 'forbidden')
  async update(@Body() body: UpdateMeDto): Promise<void> {
    await this.account.chooseTenant(body.defaultTenant);
  }

  @Post('password')
  @HttpCode(204)
  @Permit('me:write')
  @ApiOperation({ summary: 'Change your password', description: 'Ends your other sessions. Your tokens stay.' })
  @ApiNoContentResponse({ description: 'Changed.' })
  @ApiProblems('invalid_input', 'malformed_body', 'forbidden')
  async changePassword(@Body() body: ChangePasswordDto, @Req() request: FastifyRequest): Promise<void> {
    await this.account.changePassword(body.currentPassword, body.newPassword, request.ip);
  }

  @Delete('sessions')
  @HttpCode(204)
  @Permit('me:write')
  @ApiOperation({ summary: 'Sign out everywhere', description: 'Ends all your sessions, this one too.' })
  @ApiNoContentResponse({ description: 'They have ended.' })
  @ApiProblems('forbidden')
  async deleteSessions(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.account.signOutEverywhere();
    clearSessionCookie(request, reply);
  }
}
