"""The project's own admin of its users. The chat must leave it as it is."""

from django.contrib import admin

from .models import Member


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):
    list_display = ("email", "is_staff")
    search_fields = ("email",)
